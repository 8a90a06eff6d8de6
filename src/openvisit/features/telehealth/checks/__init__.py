"""The check before a visit: whether camera, microphone, speaker and network work, told by pass or fail alone."""

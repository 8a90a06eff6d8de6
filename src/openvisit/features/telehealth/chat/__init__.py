"""Conversations around visits by video: ciphertext, order and times. Nothing here can read what is said."""

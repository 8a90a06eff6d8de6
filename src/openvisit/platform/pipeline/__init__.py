"""Events by way of a broker: published from the outbox as CloudEvents, taken once by each consumer.

    change + event + job `pipeline:publish`     one transaction of the feature that announces
        -> broker                               at least once, in order for each subject
        -> consumed_event + the consumer's jobs one transaction: a message that comes again changes nothing

What cannot be taken, ever, is set aside as a dead letter, so that it holds up nobody.
"""

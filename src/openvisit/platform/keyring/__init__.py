"""The keyring: three levels of keys, so that one person's text can be made unreadable for good.

    master key      outside the database: the environment, a file, or a key management service
      wraps -> key-wrapping keys    `keyring.wrapping_key`, few, numbered; `openvisit keys rotate` makes the next one
        wraps -> data keys          `keyring.data_key`, one for each person, one for the system, one for blind indexes
          seals -> text             AES-256-GCM, bound to its table, column and row

The schema `keyring` is left out of backups and kept in a key file instead, which is rewritten when a key is shredded:
a backup from before an erasure does not bring the erased text back. See docs/adr on per-person keys.
"""

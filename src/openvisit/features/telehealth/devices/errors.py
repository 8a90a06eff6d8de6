"""What can be wrong with a device's key."""

from openvisit.core.errors import Conflict, Forbidden, Invalid, NotFound


class DeviceKeyInvalid(Invalid):
    """No point of the curve, or the proof is not by this key for this person."""

    code = "device_key_invalid"
    title = "This is no signing key, or it was not proved to be yours"


class DeviceKeyUsedUp(Conflict):
    """Revoked before, or somebody else's."""

    code = "device_key_used_up"
    title = "This key cannot be used any more: the browser makes another"


class UnknownDeviceKey(NotFound):
    """No such key of the caller."""

    code = "unknown_device_key"
    title = "There is no such device key"


class NotInRoom(Forbidden):
    """They may enter the room, but have not been let in."""

    code = "not_in_room"
    title = "Only those who are in the room see whose keys are there"

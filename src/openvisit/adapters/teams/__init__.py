"""Microsoft Teams, by Microsoft Graph's online meetings (https://learn.microsoft.com/graph/api/resources/onlinemeeting).

The app has the application permission OnlineMeetings.ReadWrite.All, and an application access policy lets it act for
the users who hold visits.
"""

from openvisit.adapters.teams.rooms import TeamsRooms
from openvisit.adapters.teams.tenant import TeamsTenant

__all__ = ["TeamsRooms", "TeamsTenant"]

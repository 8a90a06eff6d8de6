# ruff: noqa: E501 - a table is as wide as its columns
"""Every route, called by everybody: who is let through and what the others are told.

The table is the policy as a reader sees it. A route that is not in it fails a test, so that none is added without a
decision about each caller. What the directory keeps of refused writes is tested beside it, in
`tests/features/directory/test_permissions.py`.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from openvisit.core.permissions import POLICY
from openvisit.main.parts import build
from openvisit.main.web import litestar
from openvisit.settings import Settings
from tests.permissions.stage import CALLERS, REQUESTS, SCOPES, Request, Stage, set_stage
from tests.support.application import running
from tests.support.cast import usual_scene
from tests.support.clock import StandingClock

FRAMEWORK = "/api/framework-docs"
"""The framework registers its own readers of the description there; ours are at /api/docs and /api/reference."""

# `ok`: let through, whatever comes of it. 401: who are you? 403: not you. 404: you may not know that there is one.
# Another patient; the provider of the visit; another provider of the clinic; staff and admin of the clinic, and
# somebody who is both at another clinic. Then staff with one scope each: front desk, billing, clinical, analytics,
# privacy; `staff` has the usual two, front desk and clinical.
# fmt: off
TABLE = {
    #                                                        nobody pat. other prov. other staff admin outs. desk  bill. clin. anal. priv.
    "POST /api/webhooks/{vendor}":                              "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/push/key":                                        "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/me/push-subscriptions":                           "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/push-subscriptions":                          "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/me/push-subscriptions":                        "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/me/devices/keys":                                 "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/devices/keys":                                "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/me/devices/keys/{key_id}":                     "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/auth/register":                                 "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/verify":                                   "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /api/auth/resend":                                   "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/login":                                    "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /api/auth/refresh":                                  "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /api/auth/logout":                                   "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/forgot":                                   "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/reset":                                    "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "GET /api/auth/federation":                                   "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/federation/{provider}/start":                 "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/auth/federation/{provider}/finish":                "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/auth/federation/{provider}/form-post":             "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/auth/federation/{provider}/backchannel-logout":    "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/auth/federation/proof":                          "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/federation/code":                             "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/federation/prove":                            "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/me/identities":                                     "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/identities":                                    "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/identities/{provider}/start":                   "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "DELETE /api/me/identities/{identity_id}":                    "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/me/provider-sign-out":                              "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/me":                                             "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "PATCH /api/me":                                           "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/me/sessions":                                    "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/me/sessions/{session_id}":                    "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/me/sessions/end-others":                        "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/email":                                       "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/email/confirm":                               "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /api/auth/undo-email":                               "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /api/auth/not-me":                                   "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "GET /api/me/security":                                    "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/password":                                   "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/totp":                                       "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/totp/confirm":                               "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/me/totp":                                     "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/passkeys/options":                           "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/passkeys":                                   "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "PATCH /api/me/passkeys/{passkey_id}":                     "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "DELETE /api/me/passkeys/{passkey_id}":                    "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/me/recovery-codes":                             "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/auth/step-up":                                   "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/step-up/options":                          "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/step-up/mail":                             "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/step-up":                                  "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/factor":                                   "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /api/auth/factor/options":                           "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /api/auth/passkey/options":                          "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/auth/passkey":                                  "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /api/auth/factor-reset/stop":                        "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/people/{person_id}/factor-reset":               "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "DELETE /api/people/{person_id}/factor-reset":             "401   403   403   403   403   403   404   403  403   403   403   403   403",
    "GET /api/clinics/{clinic_id}/factor-resets":              "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/clinics/{clinic_id}/policy":                     "401   403   403   ok    ok    ok    ok    403  ok    ok    ok    ok    ok",
    "PUT /api/clinics/{clinic_id}/policy":                     "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/people":                                         "401   403   403   403   403   ok    ok    403  ok    ok    ok    ok    ok",
    "POST /api/people/search":                                "401   403   403   403   403   ok    ok    403  ok    ok    ok    ok    ok",
    "POST /api/people":                                        "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "PUT /api/people/{person_id}/roles":                       "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "POST /api/people/{person_id}/end-sessions":              "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "PUT /api/people/{person_id}/account":                    "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/patients":                                       "401   403   403   ok    ok    ok    ok    403  ok    ok    ok    403   403",
    "POST /api/patients/search":                              "401   403   403   ok    ok    ok    ok    403  ok    ok    ok    403   403",
    "POST /api/patients":                                      "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "GET /api/patients/{patient_id}":                          "401   ok    404   ok    ok    ok    ok    404  ok    ok    ok    404   404",
    "GET /api/me/details":                                     "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "PATCH /api/me/details":                                   "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/me/privacy/requests":                            "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/privacy/requests":                           "401   ok    404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/me/privacy/requests/{request_id}/undo":         "401   ok    404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/me/privacy/requests/{request_id}/file":          "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/me/privacy/erasure":                             "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/clinics/{clinic_id}/privacy-requests":           "401   403   403   403   403   403   ok    403  403   403   403   403   ok",
    "POST /api/clinics/{clinic_id}/privacy-requests/{request_id}/answer": "401   403   403   403   403   403   ok    403  403   403   403   403   ok",
    "GET /api/telehealth/visits/{appointment_id}/notes": "401   404   404   ok    ok    ok    ok    404  404   404   ok    404   404",
    "PUT /api/telehealth/visits/{appointment_id}/notes": "401   404   404   ok    404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/visits/{appointment_id}/notes/finish": "401   404   404   ok    404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/visits/{appointment_id}/notes/addenda": "401   404   404   ok    404   404   404   404  404   404   404   404   404",
    "GET /api/telehealth/visits/{appointment_id}/summary": "401   ok    404   ok    ok    ok    ok    404  404   404   ok    404   404",
    "GET /api/telehealth/visits/{appointment_id}/rating": "401   ok    404   404   404   404   404   404  404   404   404   404   404",
    "PUT /api/telehealth/visits/{appointment_id}/rating": "401   ok    404   404   404   404   404   404  404   404   404   404   404",
    "PUT /api/telehealth/visits/{appointment_id}/rating/hidden": "401   404   404   404   404   404   ok    404  404   404   404   404   404",
    "GET /api/clinics/{clinic_id}/ratings": "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/telehealth/ratings/{token}": "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "PUT /api/telehealth/ratings/{token}": "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/clinics/{clinic_id}/call-quality": "401   403   403   403   403   403   ok    403  403   403   403   ok    403",
    "GET /api/clinics/{clinic_id}/video-rules":                 "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "PUT /api/clinics/{clinic_id}/video-rules":                 "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/clinics/{clinic_id}/privacy":                    "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "PUT /api/clinics/{clinic_id}/privacy":                    "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/clinics/{clinic_id}/retention":                  "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/clinics/{clinic_id}/retained-records":           "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "POST /api/clinics/{clinic_id}/retained-records/{record_id}/open": "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "POST /api/clinics/{clinic_id}/analytics-export":          "401   403   403   403   403   403   ok    403  403   403   403   ok    403",
    "GET /api/clinics/{clinic_id}/consent-texts":              "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/clinics/{clinic_id}/consent-texts":             "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/consent-texts/{text_id}":                        "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/consents":                                       "401   ok    404   ok    ok    ok    ok    404  ok    404   ok    404   404",
    "POST /api/consents":                                      "401   ok    404   ok    ok    ok    ok    404  ok    404   ok    404   404",
    "POST /api/consents/withdraw":                             "401   ok    404   ok    ok    ok    ok    404  ok    404   ok    404   404",
    "POST /api/providers":                                     "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "GET /api/providers":                                      "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/directory/facets":                               "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/specialties":                                    "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/providers/{provider_id}":                        "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/providers/{provider_id}":                     "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "PATCH /api/providers/{provider_id}":                      "401   403   403   ok    403   ok    ok    403  ok    403   403   403   403",
    "PUT /api/providers/{provider_id}/photo":                  "401   403   403   ok    403   ok    ok    403  ok    403   403   403   403",
    "GET /api/providers/{provider_id}/photo":                  "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/providers/{provider_id}/photo":               "401   403   403   ok    403   ok    ok    403  ok    403   403   403   403",
    "POST /api/visit-types":                                   "401   403   403   403   403   ok    ok    403  ok    ok    403   403   403",
    "GET /api/visit-types":                                    "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "PATCH /api/visit-types/{visit_type_id}":                  "401   403   403   403   403   ok    ok    403  ok    ok    403   403   403",
    "DELETE /api/visit-types/{visit_type_id}":                 "401   403   403   403   403   ok    ok    403  ok    ok    403   403   403",
    "GET /api/visit-types/{visit_type_id}":                    "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/providers/{provider_id}/visit-types":            "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/clinics":                                       "401   403   403   403   403   403   ok    ok  403   403   403   403   403",
    "GET /api/clinics":                                        "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "PATCH /api/clinics/{clinic_id}":                          "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/clinics/{clinic_id}":                            "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/locations":                                     "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "GET /api/locations":                                      "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/locations/{location_id}":                        "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/locations/{location_id}":                     "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "PATCH /api/locations/{location_id}":                      "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "GET /api/rooms":                                          "401   403   403   ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/rooms":                                         "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "PATCH /api/rooms/{room_id}":                              "401   404   404   403   403   ok    ok    404  ok    403   403   403   403",
    "DELETE /api/rooms/{room_id}":                             "401   404   404   403   403   ok    ok    404  ok    403   403   403   403",
    "GET /api/rooms/{room_id}":                                "401   404   404   ok    ok    ok    ok    404  ok    ok    ok    ok    ok",
    "GET /api/devices":                                        "401   403   403   ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/devices":                                       "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "GET /api/devices/{device_id}":                            "401   404   404   ok    ok    ok    ok    404  ok    ok    ok    ok    ok",
    "PATCH /api/devices/{device_id}":                          "401   404   404   403   403   ok    ok    404  ok    403   403   403   403",
    "DELETE /api/devices/{device_id}":                         "401   404   404   403   403   ok    ok    404  ok    403   403   403   403",
    "GET /api/providers/{provider_id}/slots":                  "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/providers/{provider_id}/slots/explain":          "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/appointments/availability/{provider_id}/{day}":  "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/providers/{provider_id}/schedule":               "401   404   404   ok    ok    ok    ok    404  ok    ok    ok    ok    ok",
    "PUT /api/providers/{provider_id}/schedule":               "401   403   403   ok    403   ok    ok    403  ok    403   403   403   403",
    "POST /api/providers/{provider_id}/schedule/preview":      "401   404   404   ok    ok    ok    ok    404  ok    ok    ok    ok    ok",
    "POST /api/providers/{provider_id}/absences":              "401   403   403   ok    403   ok    ok    403  ok    403   403   403   403",
    "DELETE /api/providers/{provider_id}/absences/{absence_id}": "401   403   403   ok    403   ok    ok    403  ok    403   403   403   403",
    "POST /api/holds":                                         "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/holds/{hold_id}":                             "401   ok    404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/appointments":                                  "401   ok    404   ok    404   ok    ok    404  ok    404   404   404   404",
    "GET /api/appointments":                                   "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/appointments/patient/{patient_id}":              "401   ok    404   ok    ok    ok    ok    404  404   404   ok    404   404",
    "GET /api/appointments/doctor/{provider_id}":              "401   404   404   ok    404   ok    ok    404  ok    ok    ok    404   404",
    "DELETE /api/appointments/{appointment_id}":               "401   ok    404   ok    404   ok    ok    404  ok    403   403   404   404",
    "GET /api/appointments/{appointment_id}":                  "401   ok    404   ok    404   ok    ok    404  ok    ok    ok    404   404",
    "GET /api/appointments/{appointment_id}/history":          "401   ok    404   ok    404   ok    ok    404  ok    ok    ok    404   404",
    "GET /api/appointments/{appointment_id}/calendar.ics":     "401   ok    404   ok    404   ok    ok    404  ok    ok    ok    404   404",
    "PUT /api/appointments/{appointment_id}/reschedule":       "401   ok    404   ok    404   ok    ok    404  ok    403   403   404   404",
    "POST /api/appointments/{appointment_id}/approve":         "401   403   404   ok    404   ok    ok    404  ok    403   403   404   404",
    "POST /api/appointments/{appointment_id}/decline":         "401   403   404   ok    404   ok    ok    404  ok    403   403   404   404",
    "POST /api/appointments/{appointment_id}/confirm":         "401   ok    404   ok    404   ok    ok    404  ok    403   403   404   404",
    "POST /api/appointments/{appointment_id}/check-in":        "401   ok    404   ok    404   ok    ok    404  ok    403   403   404   404",
    "POST /api/appointments/{appointment_id}/start":           "401   403   404   ok    404   ok    ok    404  ok    403   ok    404   404",
    "POST /api/appointments/{appointment_id}/complete":        "401   403   404   ok    404   ok    ok    404  ok    403   ok    404   404",
    "POST /api/appointments/{appointment_id}/no-show":         "401   403   404   ok    404   ok    ok    404  ok    403   ok    404   404",
    "GET /api/waitlist":                                         "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/waitlist":                                        "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "GET /api/waitlist/{entry_id}":                              "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "PATCH /api/waitlist/{entry_id}":                            "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "DELETE /api/waitlist/{entry_id}":                           "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "PUT /api/waitlist/{entry_id}/urgency":                      "401   403   404   404   404   ok    ok    404  ok    404   404   404   404",
    "GET /api/waitlist/offers/{offer_id}":                       "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "POST /api/waitlist/offers/{offer_id}/accept":               "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "POST /api/waitlist/offers/{offer_id}/decline":              "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "POST /api/waitlist/link":                                   "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/waitlist/link/accept":                            "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/waitlist/link/decline":                           "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/clinics/{clinic_id}/waitlist":                     "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "GET /api/clinics/{clinic_id}/waitlist-rules":               "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "PUT /api/clinics/{clinic_id}/waitlist-rules":               "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "POST /api/providers/{provider_id}/away":                    "401   403   403   ok    403   ok    ok    403  ok    403   403   403   403",
    "GET /api/clinics/{clinic_id}/away":                         "401   403   403   ok    ok    ok    ok    403  ok    403   403   403   403",
    "GET /api/me/away-proposals":                                "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/away-proposals/{proposal_id}/answer":             "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/away-proposals/{proposal_id}/remind":             "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "PUT /api/away-proposals/{proposal_id}/call":                "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/away-proposals/link":                             "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/away-proposals/link/answer":                      "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "PUT /api/telehealth/checks/{appointment_id}":               "401   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "GET /api/telehealth/checks/{appointment_id}":               "401   404   404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "GET /api/telehealth/rooms/{room_id}/recording":            "404   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "PUT /api/telehealth/rooms/{room_id}/recording/consent":    "404   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "GET /api/telehealth/rooms/{room_id}/recordings":           "401   ok    404   ok    404   ok    ok    404  404   404   ok    404   404",
    "POST /api/telehealth/rooms/{room_id}/recordings":          "401   404   404   ok    404   404   404   404  404   404   404   404   404",
    "GET /api/telehealth/recordings/{recording_id}/place":      "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "PUT /api/telehealth/recordings/{recording_id}/content":    "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/recordings/{recording_id}/stop":      "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/recordings/{recording_id}/open":      "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/telehealth/recordings/{recording_id}/content":    "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/recordings/{recording_id}/deletion-request":"401   404   404   404   404   404   404   404  404   404   404   404   404",
    "DELETE /api/telehealth/recordings/{recording_id}":         "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/clinics/{clinic_id}/recording-rules":             "401   403   403   ok    ok    ok    ok    403  ok    ok    ok    ok    ok",
    "PUT /api/clinics/{clinic_id}/recording-rules":             "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/me/delegations":                                 "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/delegations":                                "401   ok    ok    404   404   404   404   404  404   404   404   404   404",
    "POST /api/me/delegations/accept":                         "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/me/dependents":                                 "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "PATCH /api/delegations/{delegation_id}":                  "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "DELETE /api/delegations/{delegation_id}":                 "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "GET /api/patients/{patient_id}/delegations":              "401   404   404   404   404   ok    ok    404  ok    404   404   404   404",
    "POST /api/patients/{patient_id}/delegations":             "401   ok    404   404   404   ok    ok    404  ok    404   404   404   404",
    "POST /api/emergency-access":                              "401   403   403   404   404   404   404   403  403   403   404   403   403",
    "GET /api/emergency-access":                               "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/emergency-access/{emergency_id}/end":           "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/emergency-access/{emergency_id}/review":        "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/reminders/schedule":                            "401   ok    404   ok    404   ok    ok    404  ok    404   403   404   404",
    "GET /api/reminders/appointment/{appointment_id}":         "401   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "PUT /api/reminders/{reminder_id}":                        "401   ok    404   ok    404   ok    ok    404  ok    404   403   404   404",
    "DELETE /api/reminders/{reminder_id}":                     "401   ok    404   ok    404   ok    ok    404  ok    404   403   404   404",
    "POST /api/reminders/{reminder_id}/resend":                "401   403   404   403   404   ok    ok    404  ok    404   403   404   404",
    "POST /api/reminders/bulk":                                "401   ok    ok    ok    ok    ok    ok    ok   ok    ok    ok    ok    ok",
    "GET /api/reminders":                                      "401   403   403   403   403   ok    ok    403  ok    403   403   403   403",
    "POST /api/reminders/running-late":                        "401   403   403   ok    403   ok    ok    403  ok    403   ok    403   403",
    "GET /api/dead-letters":                                   "401   403   403   403   403   403   ok    ok   403   403   403   403   403",
    "GET /api/dead-letters/{dead_letter_id}/body":             "401   403   403   403   403   403   ok    404  403   403   403   403   403",
    "POST /api/dead-letters/{dead_letter_id}/replay":          "401   403   403   403   403   403   ok    404  403   403   403   403   403",
    "POST /api/dead-letters/{dead_letter_id}/dismiss":         "401   403   403   403   403   403   ok    404  403   403   403   403   403",
    "GET /api/clinics/{clinic_id}/templates":                  "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/clinics/{clinic_id}/templates/{kind}/{channel}/{language}": "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "PUT /api/clinics/{clinic_id}/templates/{kind}/{channel}/{language}": "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "DELETE /api/clinics/{clinic_id}/templates/{kind}/{channel}/{language}": "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "POST /api/clinics/{clinic_id}/templates/{kind}/{channel}/{language}/preview": "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "POST /api/template-previews/{preview_id}/send":           "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/clinics/{clinic_id}/message-policy":             "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "PUT /api/clinics/{clinic_id}/message-policy":             "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/links/{token}":                                  "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/links/{token}":                                 "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/me/notification-preferences":                    "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "PUT /api/me/notification-preferences":                    "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "PUT /api/me/phone":                                       "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/me/phone":                                    "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/phone/code":                                 "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/phone/confirm":                              "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /api/me/mailbox/code":                               "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/mailbox/confirm":                            "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "GET /api/patients/{patient_id}/reachability":             "401   ok    404   ok    ok    ok    ok    404  ok    ok    ok    404   404",
    "POST /api/patients/{patient_id}/reachability/restore":    "401   403   404   403   403   ok    ok    404  ok    403   403   404   404",
    "POST /api/unsubscribe/{token}":                           "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/unsubscribe/{token}":                            "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/clinics/{clinic_id}/reminder-rules":             "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "PUT /api/clinics/{clinic_id}/reminder-rules":             "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /message-preview/{secret}":                           "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/generate-url/{appointment_id}":      "401   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "GET /api/telehealth/rooms/{room_id}/ice":                 "404   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "GET /api/telehealth/rooms/{room_id}/keys":                "404   403   404   403   404   403   403   404  403   404   403   404   404",
    "GET /api/telehealth/rooms/{room_id}/platform": "401   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "POST /api/telehealth/rooms/{room_id}/way-in": "404   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "POST /api/telehealth/rooms/{room_id}/quality": "404   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "GET /api/telehealth/room/{room_id}":                      "401   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "PUT /api/telehealth/rooms/{room_id}/by-phone":         "401   403   404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "GET /api/telehealth/waiting":                             "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/telehealth/rooms/{room_id}/late":              "401   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "GET /api/telehealth/rooms/{room_id}/guests":             "404   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "POST /api/telehealth/rooms/{room_id}/guests":            "401   ok    404   ok    404   ok    ok    404  ok    404   ok    404   404",
    "POST /api/telehealth/guests/{guest_id}/invite":          "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "DELETE /api/telehealth/guests/{guest_id}":               "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/guest":                             "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "GET /api/clinics/{clinic_id}/visit-rules":               "401   403   403   ok    ok    ok    ok    403  ok    ok    ok    ok    ok",
    "PUT /api/clinics/{clinic_id}/visit-rules":               "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/me/keys":                                         "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/keys":                                        "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/me/keys/replace":                                "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /api/me/keys/seals":                                  "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "DELETE /api/me/keys/seals/{seal_id}":                      "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/clinics/{clinic_id}/escrow-key":                  "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "PUT /api/clinics/{clinic_id}/escrow-key":                  "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "DELETE /api/clinics/{clinic_id}/escrow-key":               "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/telehealth/rooms/{room_id}/chat":                 "404   ok    404   ok    404   404   404   404  404   404   404   404   404",
    "GET /api/telehealth/rooms/{room_id}/messages":             "404   ok    404   ok    404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/rooms/{room_id}/messages":            "404   ok    404   ok    404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/rooms/{room_id}/epochs":              "404   ok    404   ok    404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/rooms/{room_id}/keys":                "404   ok    404   ok    404   404   404   404  404   404   404   404   404",
    "PUT /api/telehealth/rooms/{room_id}/marks":                "404   ok    404   ok    404   404   404   404  404   404   404   404   404",
    "POST /api/telehealth/rooms/{room_id}/files":               "404   ok    404   ok    404   404   404   404  404   404   404   404   404",
    "GET /api/telehealth/rooms/{room_id}/files/{file_id}":      "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "PUT /api/telehealth/rooms/{room_id}/files/{file_id}/parts/{number}":"404   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/telehealth/rooms/{room_id}/files/{file_id}/parts/{number}":"404   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /api/telehealth/rooms/{room_id}/clinic-reading":"401   404   404   404   404   404   ok    404  404   404   404   404   404",
    "POST /api/telehealth/rooms/{room_id}/clinic-reading":"401   404   404   404   404   404   ok    404  404   404   404   404   404",
    "GET /api/telehealth/rooms/{room_id}/clinic-reading/messages":"401   404   404   404   404   404   ok    404  404   404   404   404   404",
    "GET /api/telehealth/rooms/{room_id}/clinic-reading/files/{file_id}/parts/{number}":"401   404   404   404   404   404   ok    404  404   404   404   404   404",
    "GET /api/telehealth/unread":                               "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/clinics/{clinic_id}/chat-rules":                  "401   403   403   ok    ok    ok    ok    403  ok    ok    ok    ok    ok",
    "PUT /api/clinics/{clinic_id}/chat-rules":                  "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "PUT /api/appointments/{appointment_id}/privacy":          "401   ok    404   ok    404   403   403   404  403   403   403   404   404",
    # Where the installation names no contact, as here.
    "GET /.well-known/security.txt":                            "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "POST /oauth/token":                                       "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /oauth/revoke":                                      "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /oauth/introspect":                                  "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "POST /oauth/par":                                         "401   401   401   401   401   401   401   401  401   401   401   401   401",
    "GET /oauth/userinfo":                                     "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /oauth/userinfo":                                    "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/oauth/requests":                                "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/oauth/decisions":                               "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "POST /api/oauth/end-session":                             "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/apps":                                           "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "POST /api/apps":                                          "401   403   403   403   403   403   ok    403  403   403   403   403   403",
    "GET /api/apps/{app_id}":                                  "401   404   404   404   404   404   ok    404  404   404   404   404   404",
    "PATCH /api/apps/{app_id}":                                "401   404   404   404   404   404   ok    404  404   404   404   404   404",
    "POST /api/apps/{app_id}/secret":                          "401   404   404   404   404   404   ok    404  404   404   404   404   404",
    "GET /api/me/apps":                                        "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "DELETE /api/me/apps/{app_id}":                            "401   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /.well-known/openid-configuration":                   "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /.well-known/oauth-authorization-server":             "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /.well-known/smart-configuration":                    "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/me/record-access":                               "401   ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/audit":                                          "401   403   403   403   403   403   ok    403  403   403   403   403   ok",
    "GET /api/audit/state":                                    "401   403   403   403   403   403   ok    403  403   403   403   403   ok",
    "GET /api/audit/export":                                   "401   403   403   403   403   403   ok    403  403   403   403   403   ok",
    "GET /.well-known/jwks.json":                              "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /health/live":                                        "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /health/ready":                                       "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /metrics":                                            "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/openapi.json":                                   "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/docs":                                           "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/reference":                                      "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /api/dev/mail":                                       "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /dev/mail":                                           "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /dev/mail/{mail_id}":                                 "404   404   404   404   404   404   404   404  404   404   404   404   404",
    "GET /":                                                   "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
    "GET /{path}":                                             "ok    ok    ok    ok    ok    ok    ok    ok  ok    ok    ok    ok    ok",
}
# fmt: on


def routes() -> Iterator[tuple[str, str | None]]:
    """Every route that answers HTTP, with the permission it names."""
    app = litestar(build(Settings(database_url="postgresql:///openvisit")))
    for route in app.routes:
        for method, (handler, *_) in (getattr(route, "route_handler_map", None) or {}).items():
            if method != "OPTIONS":  # the framework's own answer: which methods there are
                yield f"{method} {route.path_format}", handler.opt.get("permission")


ROUTES = dict(routes())


@pytest.fixture(scope="module")
async def stage(module_settings: Settings) -> AsyncIterator[Stage]:
    """One stage for all calls of a process: none of them changes what the next one meets."""
    async with running(replace(module_settings, horizon_days=30), StandingClock()) as app:
        yield await set_stage(await usual_scene(app))


@pytest.mark.parametrize("name", TABLE)
async def test_each_caller_is_told_what_the_table_says(stage: Stage, name: str) -> None:
    method, path = name.split(" ")
    request = REQUESTS.get(name, Request())
    told = {}
    for caller in CALLERS:
        status = (await request.by(stage, caller, method, path)).status_code
        assert status < 500
        told[caller] = str(status) if status in (401, 403, 404) else "ok"
    assert told == dict(zip(CALLERS, TABLE[name].split(), strict=True))


def test_every_route_is_in_the_table_and_names_a_permission_of_the_policy() -> None:
    ours = {name: permission for name, permission in ROUTES.items() if FRAMEWORK not in name}
    assert ours.keys() == TABLE.keys()
    assert {permission for permission in ours.values() if permission not in POLICY} == set()


async def test_a_route_without_a_permission_is_closed_to_everybody(stage: Stage) -> None:
    closed = [name.removeprefix("GET ") for name, permission in ROUTES.items() if permission is None]
    assert closed
    for caller in CALLERS:
        for path in closed:
            answer = await stage.client(caller).get(path.format(path="other"))
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path


@pytest.mark.parametrize(
    ("path", "seen_by"),
    [
        ("/api/appointments", {"patient", "provider", "staff", "admin", "front_desk", "billing", "clinical"}),
        ("/api/rooms", {"provider", "other_provider", "staff", "admin", *SCOPES}),
        ("/api/devices", {"provider", "other_provider", "staff", "admin", *SCOPES}),
        ("/api/patients", {"provider", "other_provider", "staff", "admin", "front_desk", "billing", "clinical"}),
    ],
)
async def test_a_list_holds_only_what_the_caller_may_see(stage: Stage, path: str, seen_by: set[str]) -> None:
    found = set()
    for caller in CALLERS:
        answer = await stage.client(caller).get(path)
        body: dict[str, Any] = answer.json()
        if answer.is_success and body["items"]:
            found.add(caller)
    assert found == seen_by

import admin from '@/features/admin/i18n/en.json';
import agenda from '@/features/agenda/i18n/en.json';
import audit from '@/ui/audit/i18n/en.json';
import auth from '@/features/auth/i18n/en.json';
import booking from '@/features/booking/i18n/en.json';
import directory from '@/features/directory/i18n/en.json';
import federation from '@/ui/federation/i18n/en.json';
import frontdesk from '@/features/frontdesk/i18n/en.json';
import preferences from '@/features/preferences/i18n/en.json';
import privacy from '@/features/privacy/i18n/en.json';
import schedule from '@/features/schedule/i18n/en.json';
import security from '@/features/security/i18n/en.json';
import visits from '@/features/visits/i18n/en.json';
import apps from '@/ui/apps/i18n/en.json';
import ui from '@/ui/i18n/en.json';
import consent from '@/ui/consent/i18n/en.json';
import visit from '@/ui/visit/i18n/en.json';

export default { ui, admin, agenda, apps, audit, auth, booking, consent, directory, federation, frontdesk, preferences, privacy, schedule, security, visit, visits };

import admin from '@/features/admin/i18n/es.json';
import agenda from '@/features/agenda/i18n/es.json';
import audit from '@/ui/audit/i18n/es.json';
import auth from '@/features/auth/i18n/es.json';
import booking from '@/features/booking/i18n/es.json';
import directory from '@/features/directory/i18n/es.json';
import federation from '@/ui/federation/i18n/es.json';
import frontdesk from '@/features/frontdesk/i18n/es.json';
import preferences from '@/features/preferences/i18n/es.json';
import privacy from '@/features/privacy/i18n/es.json';
import schedule from '@/features/schedule/i18n/es.json';
import security from '@/features/security/i18n/es.json';
import visits from '@/features/visits/i18n/es.json';
import apps from '@/ui/apps/i18n/es.json';
import ui from '@/ui/i18n/es.json';
import consent from '@/ui/consent/i18n/es.json';
import visit from '@/ui/visit/i18n/es.json';

export default { ui, admin, agenda, apps, audit, auth, booking, consent, directory, federation, frontdesk, preferences, privacy, schedule, security, visit, visits };

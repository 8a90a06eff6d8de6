import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ClinicSwitch } from '@/ui/clinic/ClinicSwitch';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic, useIsAdmin, useWorksAs } from '@/ui/clinic/useClinic';
import { Screen } from '@/ui/Screen';
import classes from './Admin.module.css';

const SECTIONS = [
  'clinic',
  'locations',
  'rooms',
  'people',
  'visit-types',
  'providers',
  'messages',
  'apps',
  'privacy',
  'emergencies',
  'audit',
  'dead-letters',
] as const;
export type Section = (typeof SECTIONS)[number];

interface AdminScreenProps {
  section: Section;
  actions?: (clinicId: string) => ReactNode;
  children: (clinicId: string) => ReactNode;
}

/** The frame of the clinic's own affairs: which of them, and of which clinic. */
export function AdminScreen({ section, actions, children }: AdminScreenProps) {
  const { t } = useTranslation('admin');
  const { clinic } = useSearch({ strict: false });
  const navigate = useNavigate();
  const clinicId = useClinic(clinic, 'staff', 'admin');
  const may = {
    'dead-letters': useIsAdmin(clinicId),
    audit: useWorksAs(clinicId, 'privacy'),
    emergencies: useWorksAs(clinicId, 'privacy'),
    privacy: useWorksAs(clinicId, 'privacy', 'analytics'),
  };
  const sections = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // On a phone the row of sections is wider than the window.
    sections.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section]);
  if (!clinicId) return <NoClinic />;
  return (
    <Screen title={t(`section.${section}`)} actions={actions?.(clinicId)}>
      <div className={classes.bar}>
        <nav aria-label={t('sections')}>
          <ul className={classes.sections} ref={sections}>
            {SECTIONS.filter((one) => !(one in may) || may[one as keyof typeof may]).map((one) => (
              <li key={one}>
                <Link
                  to={`/admin/${one}`}
                  search={clinic ? { clinic } : {}}
                  className={classes.section}
                  activeOptions={{ includeSearch: false }}
                >
                  {t(`section.${one}`)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <ClinicSwitch
          clinicId={clinicId}
          onClinic={(id) => void navigate({ to: `/admin/${section}`, search: { clinic: id } })}
        />
      </div>
      {children(clinicId)}
    </Screen>
  );
}

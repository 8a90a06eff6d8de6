import { Text } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ClinicSwitch } from '@/ui/clinic/ClinicSwitch';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic, useIsAdmin, useWorksAs } from '@/ui/clinic/useClinic';
import { Screen } from '@/ui/Screen';
import classes from './Admin.module.css';

/** Every section, by what it is about; a phone shows them in one row, in this order. */
const GROUPS = {
  place: ['clinic', 'locations', 'rooms'],
  care: ['people', 'providers', 'visit-types', 'video', 'ratings'],
  told: ['messages'],
  trust: ['privacy', 'emergencies', 'audit'],
  technical: ['apps', 'dead-letters'],
} as const;
export type Section = (typeof GROUPS)[keyof typeof GROUPS][number];

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
    video: useWorksAs(clinicId, 'analytics'),
    ratings: useIsAdmin(clinicId),
    emergencies: useWorksAs(clinicId, 'privacy'),
    privacy: useWorksAs(clinicId, 'privacy', 'analytics'),
  };
  const sections = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the row of sections is wider than the window.
    sections.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section]);
  if (!clinicId) return <NoClinic />;
  return (
    <Screen title={t(`section.${section}`)} actions={actions?.(clinicId)} width="wide">
      <div className={classes.frame}>
        <div className={classes.bar}>
          <ClinicSwitch
            clinicId={clinicId}
            onClinic={(id) => void navigate({ to: `/admin/${section}`, search: { clinic: id } })}
          />
          <nav aria-label={t('sections')} className={classes.groups} ref={sections}>
            {Object.entries(GROUPS).map(([group, all]) => (
              <SectionGroup
                key={group}
                name={t(`group.${group as keyof typeof GROUPS}`)}
                sections={all.filter((one) => !(one in may) || may[one as keyof typeof may])}
                clinic={clinic}
              />
            ))}
          </nav>
        </div>
        <div className={classes.content}>{children(clinicId)}</div>
      </div>
    </Screen>
  );
}

/** What belongs together; its name stands above it where there is room for a column. */
function SectionGroup({ name, sections, clinic }: { name: string; sections: Section[]; clinic: string | undefined }) {
  const { t } = useTranslation('admin');
  const heading = useId();
  if (sections.length === 0) return null;
  return (
    <div className={classes.group}>
      <Text component="p" id={heading} className={classes.groupName}>
        {name}
      </Text>
      <ul className={classes.sections} aria-labelledby={heading}>
        {sections.map((one) => (
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
    </div>
  );
}

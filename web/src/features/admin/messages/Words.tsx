import { SegmentedControl, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type TemplateState, templatesQuery } from '@/api/messages';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useLanguageName } from '@/ui/useLanguageName';
import { EditDrawer } from '../EditDrawer';
import { EditButton, Resources } from '../Resources';
import { TemplateEditor } from './TemplateEditor';
import { useKindName } from './useKindName';

/** The words of every message: whose they are, and an editor for each. */
export function Words({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('messages');
  const languageName = useLanguageName();
  const kindName = useKindName();
  const query = useQuery(templatesQuery(clinicId));
  const [role, setRole] = useState<TemplateState['role']>('patient');
  const [editing, setEditing] = useState<TemplateState | null>(null);
  const nameOf = (one: TemplateState) =>
    `${kindName(one.kind)}, ${t(`channel.${one.channel}`)}, ${languageName(one.language)}`;
  return (
    <Section title={t('admin.words')} text={t('admin.wordsText')}>
      <Stack>
        <SegmentedControl
          aria-label={t('admin.show')}
          value={role}
          onChange={(value) => setRole(value)}
          data={(['patient', 'provider'] as const).map((value) => ({ value, label: t(`admin.to.${value}`) }))}
        />
        <QueryView query={query}>
          {(items) => (
            <Resources
              name={t('admin.words')}
              things={items
                .filter((one) => one.role === role)
                .map((one) => ({ ...one, id: `${one.kind} ${one.channel} ${one.language}`, active: true }))}
              nameOf={nameOf}
              columns={[
                { key: 'kind', head: t('admin.kind'), cell: (one) => kindName(one.kind) },
                { key: 'way', head: t('admin.way'), cell: (one) => t(`channel.${one.channel}`) },
                { key: 'language', head: t('admin.languages'), cell: (one) => languageName(one.language) },
                { key: 'whose', head: t('admin.whose'), cell: (one) => t(one.own ? 'admin.own' : 'admin.ours') },
              ]}
              edit={(one) => <EditButton name={nameOf(one)} onClick={() => setEditing(one)} />}
            />
          )}
        </QueryView>
      </Stack>
      <EditDrawer title={editing ? nameOf(editing) : ''} opened={editing !== null} onClose={() => setEditing(null)}>
        {editing && (
          <TemplateEditor
            clinicId={clinicId}
            kind={editing.kind}
            channel={editing.channel}
            language={editing.language}
          />
        )}
      </EditDrawer>
    </Section>
  );
}

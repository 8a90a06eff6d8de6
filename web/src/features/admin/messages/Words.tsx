import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconPencilCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type TemplateState, templatesQuery } from '@/api/messages';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useLanguageName } from '@/ui/useLanguageName';
import { EditDrawer } from '../EditDrawer';
import { TemplateEditor } from './TemplateEditor';
import classes from './Messages.module.css';
import { useKindName } from './useKindName';

/** The words of every message, a line each with its ways: whose words they are, and an editor for each. */
export function Words({ clinicId }: { clinicId: string }) {
  const { t, i18n } = useTranslation('messages');
  const languageName = useLanguageName();
  const kindName = useKindName();
  const query = useQuery(templatesQuery(clinicId));
  const [role, setRole] = useState<TemplateState['role']>('patient');
  const [language, setLanguage] = useState(i18n.language.slice(0, 2));
  const [editing, setEditing] = useState<TemplateState | null>(null);
  const nameOf = (one: TemplateState) =>
    `${kindName(one.kind)}, ${t(`channel.${one.channel}`)}, ${languageName(one.language)}`;
  return (
    <Section title={t('admin.words')} text={t('admin.wordsText')}>
      <QueryView query={query}>
        {(items) => (
          <Stack>
            <Group>
              <SegmentedControl
                aria-label={t('admin.show')}
                value={role}
                onChange={(value) => setRole(value)}
                data={(['patient', 'provider'] as const).map((value) => ({ value, label: t(`admin.to.${value}`) }))}
              />
              <SegmentedControl
                aria-label={t('admin.languages')}
                value={language}
                onChange={setLanguage}
                data={[...new Set(items.map((one) => one.language))].map((value) => ({
                  value,
                  label: languageName(value),
                }))}
              />
            </Group>
            <ul className={classes.kinds}>
              {byKind(items.filter((one) => one.role === role && one.language === language)).map(([kind, ways]) => (
                <li key={kind}>
                  <Text fw={600}>{kindName(kind)}</Text>
                  <Group gap="xs">
                    {ways.map((one) => (
                      <Button
                        key={one.channel}
                        variant={one.own ? 'light' : 'default'}
                        aria-label={`${nameOf(one)}: ${t(one.own ? 'admin.own' : 'admin.ours')}`}
                        leftSection={one.own && <IconPencilCheck size={18} aria-hidden />}
                        onClick={() => setEditing(one)}
                      >
                        {t(`channel.${one.channel}`)}
                      </Button>
                    ))}
                  </Group>
                </li>
              ))}
            </ul>
          </Stack>
        )}
      </QueryView>
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

function byKind(items: TemplateState[]): [TemplateState['kind'], TemplateState[]][] {
  const kinds = [...new Set(items.map((one) => one.kind))];
  return kinds.map((kind) => [kind, items.filter((one) => one.kind === kind)]);
}

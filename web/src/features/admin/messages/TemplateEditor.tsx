import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  keepTemplate,
  previewTemplate,
  resetTemplate,
  type Template,
  type TemplateKey,
  templateQuery,
  type TemplateSource,
} from '@/api/messages';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Complaints } from './Complaints';
import { Preview } from './Preview';
import { Versions } from './Versions';

/** The words of one message: write, look at them, try them, keep them, or go back to ours. */
export function TemplateEditor(key: TemplateKey) {
  const query = useQuery(templateQuery(key));
  return (
    <QueryView query={query}>
      {(template) => <Editor key={template.version} target={key} template={template} />}
    </QueryView>
  );
}

function Editor({ target, template }: { target: TemplateKey; template: Template }) {
  const { t } = useTranslation('messages');
  const [source, setSource] = useState<TemplateSource>({ subject: template.subject, body: template.body });
  const body = useRef<HTMLTextAreaElement>(null);
  const client = useQueryClient();
  const mail = target.channel === 'email';
  const onSuccess = () => {
    notifyDone(t('admin.kept'));
    return client.invalidateQueries({ queryKey: ['clinic', target.clinicId, 'templates'] });
  };
  const keep = useMutation({ mutationFn: () => keepTemplate(target, template.version, source), onSuccess });
  const reset = useMutation({ mutationFn: () => resetTemplate(target), onSuccess });
  const look = useMutation({ mutationFn: () => previewTemplate(target, source) });
  const insert = (name: string) => {
    const at = body.current?.selectionStart ?? source.body.length;
    setSource({ ...source, body: `${source.body.slice(0, at)}{{${name}}}${source.body.slice(at)}` });
  };
  return (
    <Stack pb="xl">
      {(mail || target.channel === 'push') && (
        <TextInput
          label={t(mail ? 'admin.subject' : 'admin.titleOfPush')}
          maxLength={200}
          value={source.subject}
          onChange={(event) => setSource({ ...source, subject: event.currentTarget.value })}
        />
      )}
      <Textarea
        ref={body}
        label={t(mail ? 'admin.mjml' : 'admin.text')}
        autosize
        minRows={mail ? 10 : 4}
        maxRows={24}
        spellCheck={!mail}
        styles={mail ? { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.85rem' } } : {}}
        value={source.body}
        onChange={(event) => setSource({ ...source, body: event.currentTarget.value })}
      />
      <div role="group" aria-label={t('admin.names')}>
        <Text size="sm" fw={500} mb={4}>
          {t('admin.names')}
        </Text>
        <Group gap={6}>
          {template.names.map((name) => (
            <Button
              key={name}
              size="compact-sm"
              variant="default"
              aria-label={t('admin.insert', { name })}
              onClick={() => insert(name)}
            >
              {name}
            </Button>
          ))}
        </Group>
      </div>
      <Complaints error={keep.error ?? look.error ?? reset.error} />
      <Group>
        <Button variant="default" loading={look.isPending} onClick={() => look.mutate()}>
          {t('admin.preview')}
        </Button>
        <Button loading={keep.isPending} onClick={() => keep.mutate()}>
          {t('admin.keep')}
        </Button>
        {template.own && (
          <Button variant="subtle" color="red" loading={reset.isPending} onClick={() => reset.mutate()}>
            {t('admin.reset')}
          </Button>
        )}
      </Group>
      {look.data && <Preview preview={look.data} />}
      <Versions versions={template.versions} onTake={(subject, words) => setSource({ subject, body: words })} />
    </Stack>
  );
}

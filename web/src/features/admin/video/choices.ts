import type { Platform, VideoChoice } from '@/api/video';

export interface ChoiceFields {
  key: string;
  platform: Platform;
  provider_id: string | null;
  visit_type_id: string | null;
  host: string;
  link: string;
  names_visit_type: boolean;
}

/** The form's rows from what is chosen; the clinic's own choice is always the first. */
export function fieldsOf(choices: VideoChoice[]): ChoiceFields[] {
  const rows = choices.map((choice, index) => ({
    key: `kept-${index}`,
    platform: choice.platform,
    provider_id: choice.provider_id ?? null,
    visit_type_id: choice.visit_type_id ?? null,
    host: choice.host ?? '',
    link: choice.link ?? '',
    names_visit_type: choice.names_visit_type ?? false,
  }));
  const all = rows.find((row) => !row.provider_id && !row.visit_type_id) ?? emptyChoice('all');
  return [all, ...rows.filter((row) => row !== all)];
}

/** A row that nothing is chosen in yet. */
export function emptyChoice(key: string): ChoiceFields {
  const nothing = { provider_id: null, visit_type_id: null, host: '', link: '', names_visit_type: false };
  return { key, platform: 'built-in', ...nothing };
}

/** What is sent: without what another platform would have needed. */
export function choicesOf(rows: ChoiceFields[]): VideoChoice[] {
  return rows.map(({ key: _key, ...row }) => ({
    ...row,
    host: asksForHost(row.platform) ? row.host.trim() : '',
    link: row.platform === 'external' ? row.link.trim() : '',
    names_visit_type: asksForHost(row.platform) && row.names_visit_type,
  }));
}

/** Platforms whose meetings are held by somebody's account, and have a name. */
export function asksForHost(platform: Platform): boolean {
  return platform === 'zoom' || platform === 'teams';
}

/** What is wrong with a row, as a key of the words; null when nothing is. */
export function faultOf(row: ChoiceFields, first: boolean): 'link' | 'subject' | null {
  if (row.platform === 'external' && !/^https:\/\/[^\s/]+/u.test(row.link.trim())) return 'link';
  return !first && !row.provider_id && !row.visit_type_id ? 'subject' : null;
}

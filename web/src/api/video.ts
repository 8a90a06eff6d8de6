import { queryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type VideoRules = Schemas['VideoRules'];
export type VideoChoice = Schemas['VideoChoice'];
export type Platform = VideoRules['platforms'][number];

/** On which platforms a clinic holds its video visits. */
export function videoRulesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'video-rules'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/clinics/{clinic_id}/video-rules', { params: { path: { clinic_id: clinicId } }, signal })),
  });
}

/** Chooses anew. */
export function changeVideoRules(clinicId: string, version: number, choices: VideoChoice[]): Promise<VideoRules> {
  const params = { path: { clinic_id: clinicId }, header: { 'If-Match': `"${version}"` } };
  return ask(client.PUT('/api/clinics/{clinic_id}/video-rules', { params, body: { choices } }));
}

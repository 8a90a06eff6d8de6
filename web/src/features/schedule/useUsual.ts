import type { Hours } from '@/api/schedule';
import { useEditing } from './EditingContext';

/** Ways of meeting and location of new hours: as in the hours there are, else all the provider's. */
export function useUsual(): Pick<Hours, 'modes' | 'location_id'> {
  const { draft, provider } = useEditing();
  const like = draft.weekly.at(-1);
  if (like) return { modes: like.modes, location_id: like.location_id ?? null };
  const modes = provider.modes.length > 0 ? provider.modes : (['in-person', 'telehealth'] as const);
  return { modes: [...modes], location_id: null };
}

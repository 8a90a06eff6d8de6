import type { Page } from '@/api/types';

/** A whole list, page after page. Only for lists that a clinic keeps small, such as its rooms or a day's visits. */
export async function allPages<T>(read: (cursor: { cursor?: string }) => Promise<Partial<Page<T>> & { items: T[] }>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Partial<Page<T>> & { items: T[] } = await read(cursor ? { cursor } : {});
    items.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor);
  return items;
}

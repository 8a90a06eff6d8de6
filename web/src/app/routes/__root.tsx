import { createRootRouteWithContext } from '@tanstack/react-router';
import { Layout } from '@/app/layout/Layout';
import type { RouterContext } from '@/app/router';

export const Route = createRootRouteWithContext<RouterContext>()({ component: Layout });

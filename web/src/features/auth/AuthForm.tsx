import { Alert, Button, Card, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useErrorText } from '@/ui/useErrorText';
import { Screen } from '@/ui/Screen';

interface AuthFormProps {
  title: string;
  intro?: ReactNode;
  action: string;
  busy: boolean;
  /** What went wrong, or words for it. */
  error: unknown;
  onSubmit: () => void;
  footer: ReactNode;
  children: ReactNode;
}

/** The frame that signing in, registering and verifying share. */
export function AuthForm({ title, intro, action, busy, error, onSubmit, footer, children }: AuthFormProps) {
  const errorText = useErrorText();
  return (
    <Screen title={title} intro={intro} width="narrow">
      <Card p={{ base: 'lg', sm: 'xl' }}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          <Stack>
            {error ? (
              <Alert color="red" role="alert">
                {typeof error === 'string' ? error : errorText(error)}
              </Alert>
            ) : null}
            {children}
            <Button type="submit" loading={busy} size="lg" mt="xs">
              {action}
            </Button>
          </Stack>
        </form>
      </Card>
      <Stack mt="lg" align="center">
        {footer}
      </Stack>
    </Screen>
  );
}

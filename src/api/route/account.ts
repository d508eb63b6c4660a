import type { z } from 'zod';
import { saveAccount, type Account } from '../../access/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

/** Who can sign in. */
export function addAccountRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;

  app.get(
    '/ops/v1/accounts',
    { config: { access: 'access.manage' }, schema: { response: { 200: contract.accountList }, summary: 'Accounts' } },
    async () => ({ items: (await deps.store.read((tx) => tx.access.accounts())).map(viewOf) }),
  );

  app.put(
    '/ops/v1/accounts',
    {
      config: { access: 'access.manage' },
      schema: {
        body: contract.accountBody,
        response: { 200: contract.accountView },
        summary: 'Make an account, or give it a new password and role',
      },
    },
    async (request) => viewOf(await saveAccount(deps, actorIn(request), request.body)),
  );
}

function viewOf({ id, name, displayName, role, createdAt, disabledAt }: Account): z.infer<typeof contract.accountView> {
  return { id, name, displayName, role, createdAt, disabledAt };
}

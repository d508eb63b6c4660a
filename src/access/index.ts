export type { Account, Session, Token } from './account.ts';
export type { AccessTx } from './ports.ts';
export { hashSecret } from './password.ts';
export { looksLikeToken } from './token-secret.ts';
export { firstAdministrator } from './verbs/first-administrator.ts';
export { saveAccount } from './verbs/save-account.ts';
export { bySession, personActor, signIn, signOut } from './verbs/sign-in.ts';
export { byToken, createToken, revokeToken } from './verbs/token.ts';

export { begunLogin, registerActor, requireRecentProof, staffCookie } from './actor.ts'
export { apiKeyActor, createApiKey, knownScopes } from './api-keys.ts'
export { type AuditFact, audit } from './audit.ts'
export { createDemoStaff, type DemoLogin } from './demo.ts'
export { staffJobs, staffSubscribers } from './jobs.ts'
export {
  createMember,
  findMemberByEmail,
  listMembers,
  type MemberRow,
  memberName,
  type NewMember,
  resetPassword,
  updateMember,
} from './members.ts'
export { staffProblems } from './problems.ts'
export { registerStaffRoutes, staffActions } from './routes.ts'
export { staffOfToken } from './sessions.ts'

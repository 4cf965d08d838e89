/** The platform, account and log routes, one function each. */
import { call, type Query } from "./client";
import type {
  ApiKey,
  AuditEntry,
  BrowserEntry,
  ChainReport,
  CreatedApiKey,
  InvitedUser,
  Job,
  LogPage,
  LogSummary,
  Me,
  NewApiKey,
  NewUser,
  OneTimePassword,
  Page,
  ServiceHealth,
  Session,
  UiConfig,
  User,
  UserChange,
} from "./schema";

export const findUiConfig = (signal?: AbortSignal) =>
  call<UiConfig>("GET", "/api/ui-config", { signal, renew: false });

export const signIn = (username: string, password: string) =>
  call<Session>("POST", "/api/auth/login", { body: { username, password }, renew: false });
export const signOut = () => call("POST", "/api/auth/logout", { body: {}, renew: false });
export const changePassword = (current_password: string, new_password: string) =>
  call("POST", "/api/auth/password", { body: { current_password, new_password } });
export const findMe = (signal?: AbortSignal) => call<Me>("GET", "/api/auth/me", { signal });

export const listServiceHealth = (signal?: AbortSignal) =>
  call<ServiceHealth[]>("GET", "/api/health/services", { signal });

export const listJobs = (query: Query, signal?: AbortSignal) =>
  call<Page<Job>>("GET", "/api/jobs", { query, signal });
export const findJob = (id: string, signal?: AbortSignal) =>
  call<Job>("GET", `/api/jobs/${encodeURIComponent(id)}`, { signal });
export const cancelJob = (id: string) =>
  call<Job>("POST", `/api/jobs/${encodeURIComponent(id)}/cancel`, { body: {} });

export const listUsers = (query: Query, signal?: AbortSignal) =>
  call<Page<User>>("GET", "/api/users", { query, signal });
export const createUser = (user: NewUser) =>
  call<InvitedUser>("POST", "/api/users", { body: user });
export const updateUser = (user: User, change: UserChange) =>
  call<User>("PATCH", `/api/users/${encodeURIComponent(user.id)}`, {
    body: change,
    version: user.version,
  });
export const deleteUser = (user: User) =>
  call("DELETE", `/api/users/${encodeURIComponent(user.id)}`, { version: user.version });
export const resetPassword = (id: string) =>
  call<OneTimePassword>("POST", `/api/users/${encodeURIComponent(id)}/password`, { body: {} });

export const listApiKeys = (signal?: AbortSignal) =>
  call<Page<ApiKey>>("GET", "/api/auth/api-keys", { query: { limit: 100 }, signal });
export const createApiKey = (key: NewApiKey) =>
  call<CreatedApiKey>("POST", "/api/auth/api-keys", { body: key });
export const deleteApiKey = (id: string) =>
  call("DELETE", `/api/auth/api-keys/${encodeURIComponent(id)}`);

export const listAudit = (query: Query, signal?: AbortSignal) =>
  call<Page<AuditEntry>>("GET", "/api/users/audit", { query, signal });
export const verifyAudit = () => call<ChainReport>("GET", "/api/users/audit/verify");

export const listLogs = (query: Query, signal?: AbortSignal) =>
  call<LogPage>("GET", "/api/logs/backend", { query, signal });
export const findLogSummary = (query: Query, signal?: AbortSignal) =>
  call<LogSummary>("GET", "/api/logs/backend/summary", { query, signal });
export const sendBrowserEntries = (entries: BrowserEntry[]) =>
  call("POST", "/api/logs/batch", { body: { entries }, renew: false });

-- Organisations, their members, the interviews that they hold, and what came of them. Who may see what is said by row level
-- security alone, so that it holds for every way in: the REST API, realtime, and the edge functions with a user's own token.

create table public.organisations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 200),
  created_at timestamptz not null default now()
);

create table public.members (
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (organisation_id, user_id)
);
create index members_of_user on public.members (user_id);

create table public.interviews (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  candidate_id uuid not null references auth.users (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 200),
  opens_at timestamptz not null default now(),
  closes_at timestamptz not null,
  -- The proxy's session, once the candidate has come. Only the edge function writes it.
  session_id text unique,
  created_at timestamptz not null default now(),
  check (opens_at < closes_at)
);
create index interviews_of_organisation on public.interviews (organisation_id, created_at desc);
create index interviews_of_candidate on public.interviews (candidate_id, opens_at);

-- What the interviewer is told. A table of its own, because a candidate may read the interview and must not read this.
create table public.interview_plans (
  interview_id uuid primary key references public.interviews (id) on delete cascade,
  instructions text check (char_length(instructions) between 1 and 32768),
  questions text[] not null default '{}' check (cardinality(questions) <= 100),
  persona text check (persona ~ '^[A-Za-z0-9._-]{1,64}$'),
  language text,
  max_duration_seconds integer check (max_duration_seconds between 10 and 86400)
);

-- What the proxy has told. Only the edge function writes it.
create table public.results (
  interview_id uuid primary key references public.interviews (id) on delete cascade,
  session_id text not null unique,
  started_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  -- How many turns the signed transcript has; null until it is ready.
  turns integer
);

-- Where the REST API does not look.
create schema private;
grant usage on schema private to authenticated;

-- As its owner it sees all members: a policy of `members` that read `members` itself would never end.
create function private.is_member(organisation uuid) returns boolean
  language sql stable security definer set search_path = ''
  as $$ select exists (select from public.members where organisation_id = organisation and user_id = (select auth.uid())) $$;

create function private.is_member_for(interview uuid) returns boolean
  language sql stable security definer set search_path = ''
  as $$ select exists (select from public.interviews where id = interview and private.is_member(organisation_id)) $$;

-- Once a session exists, the proxy has been given the plan, and the interview is the candidate's.
create function private.may_change(interview uuid) returns boolean
  language sql stable security definer set search_path = ''
  as $$
    select exists (
      select from public.interviews where id = interview and session_id is null and private.is_member(organisation_id)
    )
  $$;
revoke execute on all functions in schema private from public;
grant execute on all functions in schema private to authenticated;

alter table public.organisations enable row level security;
alter table public.members enable row level security;
alter table public.interviews enable row level security;
alter table public.interview_plans enable row level security;
alter table public.results enable row level security;

-- Supabase grants everything on new tables of `public` to these roles; they get what is listed here and nothing else.
revoke all on public.organisations, public.members, public.interviews, public.interview_plans, public.results
  from anon, authenticated;
grant select on public.organisations, public.members, public.interviews, public.interview_plans, public.results
  to authenticated;
grant insert (id, organisation_id, candidate_id, title, opens_at, closes_at) on public.interviews to authenticated;
grant update (candidate_id, title, opens_at, closes_at) on public.interviews to authenticated;
grant delete on public.interviews to authenticated;
grant insert, update on public.interview_plans to authenticated;
grant select, insert, update, delete
  on public.organisations, public.members, public.interviews, public.interview_plans, public.results
  to service_role;

create policy "members see their organisations" on public.organisations
  for select to authenticated using (private.is_member(id));

create policy "members see each other" on public.members
  for select to authenticated using (private.is_member(organisation_id));

create policy "members see the interviews of their organisation, candidates their own" on public.interviews
  for select to authenticated using (candidate_id = (select auth.uid()) or private.is_member(organisation_id));
create policy "members arrange interviews" on public.interviews
  for insert to authenticated with check (private.is_member(organisation_id));
create policy "members change interviews that nobody has come to" on public.interviews
  for update to authenticated
  using (session_id is null and private.is_member(organisation_id))
  with check (private.is_member(organisation_id));
create policy "members withdraw interviews that nobody has come to" on public.interviews
  for delete to authenticated using (session_id is null and private.is_member(organisation_id));

create policy "members see the plans of their organisation" on public.interview_plans
  for select to authenticated using (private.is_member_for(interview_id));
create policy "members plan interviews that nobody has come to" on public.interview_plans
  for insert to authenticated with check (private.may_change(interview_id));
create policy "members change plans of interviews that nobody has come to" on public.interview_plans
  for update to authenticated using (private.may_change(interview_id)) with check (private.may_change(interview_id));

create policy "members see the results of their organisation" on public.results
  for select to authenticated using (private.is_member_for(interview_id));

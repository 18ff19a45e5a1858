/** On Postgres, a role that sees the rows of the tenant that its transaction names, and none while it names none. */
export const TENANT_ROLE = "interview_proxy_tenant";

/** Makes the role where it is missing, and lets the current user take it. Roles belong to the whole server. */
export const ENSURE_TENANT_ROLE: string = `do $$ begin
    if not exists (select from pg_roles where rolname = '${TENANT_ROLE}') then
      begin
        create role ${TENANT_ROLE} nologin;
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
    if not pg_has_role(current_user, '${TENANT_ROLE}', 'member') then
      execute format('grant ${TENANT_ROLE} to %I', current_user);
    end if;
  end $$`;

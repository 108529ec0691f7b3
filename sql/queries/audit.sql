-- name: audit_add :exec
INSERT INTO audit (account_id, actor, verb, object, before, after, req_id, address)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

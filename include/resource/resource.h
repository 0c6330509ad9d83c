/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A resource: its table, and the few rules that a table cannot say.
 *
 * Rules run inside the transaction of their change.  They may be run again
 * when the transaction lost against another: what they compute goes into
 * records made for that run.
 */
#ifndef RESOURCE_RESOURCE_H
#define RESOURCE_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "db/events.h"
#include "db/lane.h"
#include "db/sqlgen.h"
#include "resource/blockers.h"
#include "resource/cascade.h"
#include "resource/object.h"
#include "schema/table.h"

struct settings;
struct creation;

/* Who asks. */
struct caller {
    const char *project_id;
    const char *user_id;
    bool is_admin;
    bool is_service; /* Another service of the cloud: see enum reach. */
    bool may_write;  /* Admin or member; a reader may not. */
    bool may_read;
};

/* What the role "service" may do with a resource of all projects. */
enum reach { REACH_NONE, REACH_READ, REACH_CHANGE };

/* A change under way. */
struct change {
    struct arena *arena;
    struct tx *tx;
    const struct settings *settings;
    const struct caller *caller;
    const char *request_id;
    const char *sdn;          /* X-SDN, or the first on offer; NULL: none. */
    struct event_list events; /* Written before COMMIT. */
    struct memory *memories;  /* Of change_remember. */
};

struct resource {
    struct table table;
    bool unmetered; /* Not a resource of the quotas. */
    enum reach service;
    bool admin_updates; /* An update is an admin's alone: before_update. */

    /* The revision that the schema gives a new object. */
    int64_t first_revision;

    /* Before the INSERT of new objects, of one request or of many
     * (resource/creation.h): the statements that lock and read what their
     * rules need, at most 'n_records' + CREATION_N_LOAD; then, with their
     * rows, checks, and what the server decides. */
    size_t (*load_create)(struct creation *creation,
                          struct query *ret_queries);
    struct err *(*before_create)(struct creation *creation,
                                 const struct rows *rows);
    /* After it: rows beside the objects' own. */
    struct err *(*after_create)(struct creation *creation);
    /* May the caller change or delete 'current', its own and locked, at all:
     * asked before updates, changes of tags and deletions. */
    struct err *(*guard)(struct change *change, const void *current);
    /* Before the UPDATE: 'current' is locked; 'patch' is what was given, and
     * may be given more. */
    struct err *(*before_update)(struct change *change, const void *current,
                                 void *patch);
    /* After it: other objects that show what has changed. */
    struct err *(*after_update)(struct change *change, const void *current,
                                const void *patch);
    /* Before the DELETE of 'current', which is locked, and after it. */
    struct err *(*before_delete)(struct change *change, const void *current);
    struct err *(*after_delete)(struct change *change, const void *current);

    /* Attributes that no rule above cares about: a change of these alone is
     * no more than an UPDATE.  Tags are always free. */
    uint64_t free_attrs;
    /* Before several objects are changed by those rules one after another:
     * takes the locks of all in order; 'patches' belong to 'currents'. */
    struct err *(*lock_updates)(struct change *change, void *const *currents,
                                void *const *patches, size_t n);
    /* Objects deleted together, in place of before_delete and DELETE of each:
     * first what refuses each of 'rows' (a SELECT of the table, locked) gets
     * into 'ret_errs', NULL when nothing does; then those for which 'wanted'
     * is true are deleted, with their events. */
    struct err *(*check_deletes)(struct change *change,
                                 const struct rows *rows,
                                 struct err **ret_errs);
    struct err *(*delete_rows)(struct change *change, const struct rows *rows,
                               const bool *wanted);
    /* What would keep a DELETE of 'id' by its project from succeeding: asked
     * without trying, and by the refusal itself.  NULL: nothing ever does. */
    struct blocker_query (*find_blockers)(struct arena *arena,
                                          const struct caller *caller,
                                          const char *id);
    /* DELETE ?cascade=...: first what goes along with 'current' and what
     * keeps it, see resource/cascade.h; then, when 'cascade' is what the
     * caller has seen, its deletion, in place of before_delete.  NULL: there
     * is no cascade. */
    struct err *(*list_cascade)(struct change *change, const void *current,
                                struct cascade *cascade);
    struct err *(*run_cascade)(struct change *change, const void *current,
                               const struct cascade *cascade);
    enum err_kind in_use; /* Refuses a cascade that is blocked. */

    /* Instead of all that, on the combining lane. */
    combine_fn *create_batch;
    combine_fn *delete_batch;
    /* True when the creation of 'record' takes long, or locks more than its
     * parents: nobody combines with it.  NULL: it never does. */
    bool (*is_long)(const struct settings *settings, const void *record);

    /* Filters beyond the attributes: query key, and SQL with '?' for the
     * array of its values. */
    const struct extra_filter *filters;
    size_t n_filters;

    /* What the object is in, and how that is locked before an update and
     * before a delete: the gate that keeps both from each other's way. */
    const struct resource *parent;
    enum row_lock parent_lock[2];

    bool single; /* Made one by one: no lists in POST, no groups. */

    /* The attribute that says whose child an object is: "network_id". */
    int network_attr; /* Its index, or -1. */
    int project_attr; /* Index of project_id. */
};

/* True when 'caller' sees objects of 'resource' (NULL: of none in
 * particular) in all projects. */
static inline bool
caller_sees_all(const struct caller *caller, const struct resource *resource)
{
    return caller->is_admin || (caller->is_service && resource != NULL &&
                                resource->service >= REACH_READ);
}

/* True when 'caller' may do in all projects what an admin may do with objects
 * of 'resource'. */
static inline bool
caller_rules_all(const struct caller *caller, const struct resource *resource)
{
    return caller->is_admin || (caller->is_service && resource != NULL &&
                                resource->service == REACH_CHANGE);
}

/* True when 'caller' may change objects of 'resource' at all. */
static inline bool
caller_may_change(const struct caller *caller, const struct resource *resource)
{
    return caller->may_write || caller_rules_all(caller, resource);
}

/* 'sql' for the values that begin with 'prefix', such as "ip_address=", or
 * what 'make' makes of them. */
struct extra_filter {
    const char *key;
    const char *prefix;
    enum type_id type;
    const char *sql; /* NULL: made. */
    struct predicate (*make)(struct arena *arena, const char *const *values,
                             size_t n);
};

/* What If-Match asks of an object before it is changed. */
struct precondition {
    int64_t revision; /* -1: any. */
    const char *etag; /* List of ETags; NULL: any. */
};

enum write_verb { WRITE_CREATE, WRITE_UPDATE, WRITE_DELETE };

/* A create, update or delete of objects of one resource, as a job. */
struct write {
    struct job job; /* First: lanes hand jobs back. */
    enum write_verb verb;
    const struct resource *resource;
    const struct settings *settings;
    const struct caller *caller;
    const char *request_id;
    const char *sdn;
    void **records;   /* Create: the objects; update: the patch. */
    const char **ids; /* Update, delete. */
    size_t n;
    struct precondition precondition;
    uint64_t mask;    /* Attributes of the answer. */

    const char **ret_json; /* Create, update: each object as JSON. */
    int64_t *ret_revisions;
};

/* False for a resource of NAMELESS_ATTRS. */
static inline bool
resource_has_tags(const struct resource *resource)
{
    return (resource->table.attrs[ATTR_TAGS].flags & ATTR_HIDDEN) == 0;
}

/* The change that 'write' makes in 'tx'. */
struct change write_change(const struct write *write, struct tx *tx);

/* Adds an event about 'object' to 'change'. */
void change_event(struct change *change, const struct resource *resource,
                  const struct object *object, const char *action,
                  const char *before, const char *after);

/* "port "ID"", or words that do not tell the id when it is not the caller's to
 * see. */
const char *change_name_port(struct change *change, const char *id,
                             const char *project_id);

/* The attributes that events show, and 'row' with all of them. */
uint64_t change_mask(const struct change *change,
                     const struct resource *resource);
const char *change_snapshot(struct change *change,
                            const struct resource *resource,
                            const struct rows *rows, int row);

/* Locks the object with 'id' and keeps what it is now for its next event:
 * before a change to other rows that it shows. */
struct err *change_remember(struct change *change,
                            const struct resource *resource,
                            const struct uuid *id) MUST_CHECK;

/* The same of an object that is locked, and is row 'row'. */
void change_remember_row(struct change *change,
                         const struct resource *resource,
                         const struct rows *rows, int row);

/* What was remembered of the object in row 'row', or what the row says: the
 * 'before' of its next event. */
const char *change_before(struct change *change,
                          const struct resource *resource,
                          const struct rows *rows, int row);

/* All there is, and what of it is shown differently to each project as the
 * caller sees it: answers and events say the same. */
struct visibility change_visibility(const struct change *change);
/* What was remembered of the object with 'id' for its next event, which is
 * told now; NULL: nothing. */
const char *change_recall(struct change *change, const struct uuid *id);

/* Raises the revision of the object with 'id', with its event, whose 'before'
 * is what was remembered of it, or what it is now. */
struct err *change_touch(struct change *change,
                         const struct resource *resource,
                         const struct uuid *id) MUST_CHECK;

/* The same, and gives it the attributes of 'patch'. */
struct err *change_tell(struct change *change,
                        const struct resource *resource,
                        const struct uuid *id, const void *patch) MUST_CHECK;

/* Applies 'patch' to the object with 'id', with its event; 'ret_rows' gets
 * the new row. */
struct err *change_update(struct change *change,
                          const struct resource *resource, const char *before,
                          const void *patch, const char *id,
                          struct rows *ret_rows) MUST_CHECK;

/* One of several objects under change. */
struct patching {
    const char *id;
    const char *before; /* Its snapshot. */
    void *patch;
    struct rows rows; /* Afterwards row 'row' of these is the object. */
    int row;
};

/* The same for 'n' objects in one round trip, however many. */
struct err *change_update_all(struct change *change,
                              const struct resource *resource,
                              struct patching *items, size_t n) MUST_CHECK;

/* --- change_objects.c: objects by their rules, as POST, PUT and DELETE have
 * them; what belongs to the objects is locked by the caller, parents first */

/* Creates an object that is whole but for its id, which is drawn: rules, quota,
 * rows and events.  creation.c has it. */
struct err *change_create(struct change *change,
                          const struct resource *resource,
                          void *record) MUST_CHECK;

/* The same of one object without asking the rules and the limit of its quota,
 * which counts it all the same. */
struct err *change_add(struct change *change,
                       const struct resource *resource,
                       void *record) MUST_CHECK;

/* Changes row 'row' of 'rows', which is locked, by 'patch'. */
struct err *change_patch_row(struct change *change,
                             const struct resource *resource,
                             const struct rows *rows, int row, void *patch,
                             struct rows *ret_rows) MUST_CHECK;

/* Deletes row 'row' of 'rows', which is locked; change_remove_row: without
 * asking the rules. */
struct err *change_delete_row(struct change *change,
                              const struct resource *resource,
                              const struct rows *rows, int row) MUST_CHECK;
struct err *change_remove_row(struct change *change,
                              const struct resource *resource,
                              const struct rows *rows, int row) MUST_CHECK;

/* Locks and reads the objects with these ids in their order, whoever has
 * them. */
struct err *change_lock_all(struct change *change,
                            const struct resource *resource,
                            const char *const *ids, size_t n,
                            enum row_lock lock,
                            struct rows *ret_rows) MUST_CHECK;

/* The same of one that must be there. */
struct err *change_lock(struct change *change,
                        const struct resource *resource,
                        const struct uuid *id, enum row_lock lock,
                        struct rows *ret_rows) MUST_CHECK;

/* The same as above for the object with 'id', which is locked here. */
struct err *change_patch(struct change *change,
                         const struct resource *resource,
                         const struct uuid *id, void *patch) MUST_CHECK;
struct err *change_delete(struct change *change,
                          const struct resource *resource,
                          const struct uuid *id) MUST_CHECK;

/* The error for an object that does not exist, or not for this caller. */
struct err *resource_not_found(struct arena *arena,
                               const struct resource *resource,
                               const char *id);

/* Refuses (ERR_REVISION) when row 'row' does not meet the precondition of
 * 'write'. */
struct err *resource_check_match(const struct write *write,
                                 const struct rows *rows,
                                 int row) MUST_CHECK;

#endif

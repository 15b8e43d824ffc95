"""The first schema."""

from tortoise import BaseDBAsyncClient

UP = {
    "sqlite": """
CREATE TABLE IF NOT EXISTS "aerich" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSON NOT NULL
);
CREATE TABLE "stores" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "code" VARCHAR(64) NOT NULL UNIQUE,
    "name" VARCHAR(200) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "country" VARCHAR(2) NOT NULL,
    "timezone" VARCHAR(64) NOT NULL,
    "default_language" VARCHAR(8) NOT NULL,
    "languages_json" TEXT NOT NULL,
    "is_active" INT NOT NULL DEFAULT 1,
    "managed_by" VARCHAR(8) NOT NULL,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    CONSTRAINT "stores_managed_by" CHECK (managed_by IN ('file', 'api'))
);
CREATE TABLE "channels" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "marketplace" VARCHAR(32) NOT NULL,
    "is_active" INT NOT NULL DEFAULT 1,
    "allows_mutations" INT NOT NULL DEFAULT 0,
    "managed_by" VARCHAR(8) NOT NULL,
    "endpoint" VARCHAR(500) NOT NULL DEFAULT '',
    "settings_json" TEXT NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'ready',
    "state_reason" TEXT NOT NULL DEFAULT '',
    "order_cursor" TEXT NOT NULL DEFAULT '',
    "orders_polled_at" TEXT,
    "orders_reconciled_at" TEXT,
    "inventory_pushed_at" TEXT,
    "last_error" TEXT NOT NULL DEFAULT '',
    "last_error_at" TEXT,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_channels_store_i_13fd65" UNIQUE ("store_id", "marketplace"),
    CONSTRAINT "channels_managed_by" CHECK (managed_by IN ('file', 'api')),
    CONSTRAINT "channels_state" CHECK (state IN ('ready', 'suspended'))
);
CREATE TABLE "marketplace_credentials" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "secret_sealed" BLOB NOT NULL,
    "fingerprint" VARCHAR(16) NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'unchecked',
    "checked_at" TEXT,
    "expires_at" TEXT,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_marketplace_channel_d31171" UNIQUE ("channel_id", "kind"),
    CONSTRAINT "marketplace_credentials_state" CHECK (state IN ('unchecked', 'valid', 'refused'))
);
CREATE TABLE "catalogs" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "marketplace" VARCHAR(32) NOT NULL,
    "created_at" TEXT NOT NULL,
    "channel_id" BIGINT UNIQUE REFERENCES "channels" ("id") ON DELETE RESTRICT
);
CREATE TABLE "marketplace_products" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "marketplace_product_id" VARCHAR(255) NOT NULL,
    "product_type" VARCHAR(16) NOT NULL DEFAULT 'physical',
    "gtin" VARCHAR(14),
    "mpn" VARCHAR(255),
    "brand" VARCHAR(255),
    "item_group_id" VARCHAR(255),
    "currency" VARCHAR(3),
    "price_minor" BIGINT,
    "sale_price_minor" BIGINT,
    "tax_rate" VARCHAR(16),
    "availability" VARCHAR(64),
    "quantity" INT,
    "condition" VARCHAR(64),
    "link" TEXT,
    "image_link" TEXT,
    "additional_image_links_json" TEXT,
    "google_product_category" TEXT,
    "product_type_path" TEXT,
    "attributes_json" TEXT,
    "is_available" INT NOT NULL DEFAULT 1,
    "unavailable_at" TEXT,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    "catalog_id" BIGINT NOT NULL REFERENCES "catalogs" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_marketplace_catalog_054f74" UNIQUE ("catalog_id", "marketplace_product_id"),
    CONSTRAINT "marketplace_products_price" CHECK (price_minor IS NULL OR (price_minor >= 0 AND currency IS NOT NULL)),
    CONSTRAINT "marketplace_products_sale_price" CHECK (sale_price_minor IS NULL OR sale_price_minor >= 0),
    CONSTRAINT "marketplace_products_type" CHECK (product_type IN ('physical', 'digital'))
);
CREATE TABLE "marketplace_product_translations" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "language" VARCHAR(8) NOT NULL,
    "title" TEXT,
    "description" TEXT,
    "updated_at" TEXT NOT NULL,
    "marketplace_product_id" BIGINT NOT NULL REFERENCES "marketplace_products" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_marketplace_marketp_793b29" UNIQUE ("marketplace_product_id", "language")
);
CREATE TABLE "feeds" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "language" VARCHAR(8) NOT NULL,
    "name" VARCHAR(100) NOT NULL DEFAULT '',
    "source" TEXT NOT NULL DEFAULT '',
    "etag" TEXT NOT NULL DEFAULT '',
    "last_modified" TEXT NOT NULL DEFAULT '',
    "file_hash" VARCHAR(64) NOT NULL DEFAULT '',
    "reader_version" INT NOT NULL DEFAULT 0,
    "record_count" INT NOT NULL DEFAULT 0,
    "imported_at" TEXT,
    "catalog_id" BIGINT NOT NULL REFERENCES "catalogs" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feeds_catalog_43eb62" UNIQUE ("catalog_id", "language", "name")
);
CREATE TABLE "feed_rows" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "row_hash" BIGINT NOT NULL,
    "content_hash" BIGINT NOT NULL,
    "seen_import_id" BIGINT NOT NULL,
    "feed_id" BIGINT NOT NULL REFERENCES "feeds" ("id") ON DELETE CASCADE,
    "marketplace_product_id" BIGINT NOT NULL REFERENCES "marketplace_products" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feed_rows_feed_id_81439a" UNIQUE ("feed_id", "marketplace_product_id")
);
CREATE TABLE "import_jobs" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "language" VARCHAR(8) NOT NULL,
    "source" TEXT NOT NULL,
    "file_path" TEXT NOT NULL DEFAULT '',
    "is_complete" INT NOT NULL DEFAULT 1,
    "is_dry_run" INT NOT NULL DEFAULT 0,
    "is_confirmed" INT NOT NULL DEFAULT 0,
    "state" VARCHAR(24) NOT NULL,
    "held_reason" TEXT NOT NULL DEFAULT '',
    "error_code" VARCHAR(64) NOT NULL DEFAULT '',
    "error_message" TEXT NOT NULL DEFAULT '',
    "bytes_total" BIGINT,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "rows" INT NOT NULL DEFAULT 0,
    "created" INT NOT NULL DEFAULT 0,
    "updated" INT NOT NULL DEFAULT 0,
    "unchanged" INT NOT NULL DEFAULT 0,
    "rejected" INT NOT NULL DEFAULT 0,
    "skipped" INT NOT NULL DEFAULT 0,
    "disappeared" INT NOT NULL DEFAULT 0,
    "warnings" INT NOT NULL DEFAULT 0,
    "detected_json" TEXT,
    "requested_by" VARCHAR(200) NOT NULL DEFAULT '',
    "created_at" TEXT NOT NULL,
    "started_at" TEXT,
    "finished_at" TEXT,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "import_jobs_state" CHECK (state IN ('pending', 'processing', 'downloading', 'parsing', 'upserting', 'held', 'completed', 'partially_completed', 'failed'))
);
CREATE TABLE "import_changes" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "marketplace_product_id" VARCHAR(255) NOT NULL,
    "change" VARCHAR(16) NOT NULL,
    "before_json" TEXT,
    "after_json" TEXT,
    "import_job_id" BIGINT NOT NULL REFERENCES "import_jobs" ("id") ON DELETE CASCADE,
    CONSTRAINT "import_changes_change" CHECK (change IN ('created', 'updated', 'disappeared'))
);
CREATE TABLE "import_problems" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "line" INT NOT NULL,
    "field" VARCHAR(100) NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "message" TEXT NOT NULL,
    "value" TEXT NOT NULL DEFAULT '',
    "severity" VARCHAR(8) NOT NULL,
    "import_job_id" BIGINT NOT NULL REFERENCES "import_jobs" ("id") ON DELETE CASCADE,
    CONSTRAINT "import_problems_severity" CHECK (severity IN ('rejected', 'skipped', 'warning'))
);
CREATE TABLE "products" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "sku" VARCHAR(255) NOT NULL,
    "is_active" INT NOT NULL DEFAULT 1,
    "gtin" VARCHAR(14),
    "mpn" VARCHAR(255),
    "brand" VARCHAR(255),
    "product_type" VARCHAR(16),
    "currency" VARCHAR(3),
    "price_minor" BIGINT,
    "sale_price_minor" BIGINT,
    "tax_rate" VARCHAR(16),
    "condition" VARCHAR(64),
    "link" TEXT,
    "image_link" TEXT,
    "additional_image_links_json" TEXT,
    "google_product_category" TEXT,
    "product_type_path" TEXT,
    "default_language" VARCHAR(8),
    "safety_stock" INT,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    "marketplace_product_id" BIGINT REFERENCES "marketplace_products" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_products_store_i_9a1a2b" UNIQUE ("store_id", "sku"),
    CONSTRAINT "products_price" CHECK (price_minor IS NULL OR (price_minor >= 0 AND currency IS NOT NULL)),
    CONSTRAINT "products_sale_price" CHECK (sale_price_minor IS NULL OR sale_price_minor >= 0),
    CONSTRAINT "products_safety_stock" CHECK (safety_stock IS NULL OR safety_stock >= 0)
);
CREATE TABLE "product_matches" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "marketplace" VARCHAR(32) NOT NULL,
    "key" VARCHAR(300) NOT NULL,
    "answered_by" VARCHAR(200) NOT NULL,
    "created_at" TEXT NOT NULL,
    "product_id" BIGINT REFERENCES "products" ("id") ON DELETE CASCADE,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_product_mat_store_i_af5281" UNIQUE ("store_id", "marketplace", "key")
) /* An operator's remembered answer: what a channel's unknown SKU or GTIN means for this store. */;
CREATE TABLE "product_translations" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "language" VARCHAR(8) NOT NULL,
    "title" TEXT,
    "description" TEXT,
    "updated_at" TEXT NOT NULL,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_product_tra_product_c07883" UNIQUE ("product_id", "language")
);
CREATE TABLE "inventory_entries" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "location" VARCHAR(64) NOT NULL DEFAULT 'main',
    "on_hand" INT NOT NULL DEFAULT 0,
    "reserved" INT NOT NULL DEFAULT 0,
    "updated_at" TEXT NOT NULL,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_inventory_e_product_4e1635" UNIQUE ("product_id", "location"),
    CONSTRAINT "inventory_entries_on_hand" CHECK (on_hand >= 0),
    CONSTRAINT "inventory_entries_reserved" CHECK (reserved >= 0)
);
CREATE TABLE "inventory_sync_configs" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "is_enabled" INT NOT NULL DEFAULT 1,
    "safety_stock" INT NOT NULL DEFAULT 0,
    "out_of_stock_threshold" INT NOT NULL DEFAULT 0,
    "sync_zero_stock" INT NOT NULL DEFAULT 1,
    "updated_at" TEXT NOT NULL,
    "channel_id" BIGINT NOT NULL UNIQUE REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "inventory_sync_configs_stock" CHECK (safety_stock >= 0 AND out_of_stock_threshold >= 0)
);
CREATE TABLE "inventory_sync_logs" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "offers" INT NOT NULL DEFAULT 0,
    "sent" INT NOT NULL DEFAULT 0,
    "confirmed" INT NOT NULL DEFAULT 0,
    "failed" INT NOT NULL DEFAULT 0,
    "paused" INT NOT NULL DEFAULT 0,
    "error" TEXT NOT NULL DEFAULT '',
    "started_at" TEXT NOT NULL,
    "finished_at" TEXT,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "inventory_sync_logs_state" CHECK (state IN ('done', 'partly', 'failed'))
);
CREATE TABLE "customers" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "marketplace" VARCHAR(32) NOT NULL,
    "identity_index" BLOB NOT NULL,
    "personal_sealed" BLOB,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    "erased_at" TEXT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT
);
CREATE TABLE "orders" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "marketplace" VARCHAR(32) NOT NULL,
    "channel_order_id" VARCHAR(255) NOT NULL,
    "order_number" VARCHAR(255) NOT NULL,
    "status" VARCHAR(24) NOT NULL,
    "channel_status" VARCHAR(100) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "lines_minor" BIGINT NOT NULL,
    "subtotal_minor" BIGINT,
    "shipping_minor" BIGINT,
    "tax_minor" BIGINT,
    "discount_minor" BIGINT,
    "total_minor" BIGINT,
    "personal_sealed" BLOB,
    "locale" VARCHAR(8),
    "content_hash" BIGINT NOT NULL,
    "attention" VARCHAR(200) NOT NULL DEFAULT '',
    "attention_reason" TEXT NOT NULL DEFAULT '',
    "sync_status" VARCHAR(16) NOT NULL DEFAULT 'synced',
    "sync_error" TEXT NOT NULL DEFAULT '',
    "placed_at" TEXT,
    "channel_updated_at" TEXT,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT,
    "customer_id" BIGINT REFERENCES "customers" ("id") ON DELETE SET NULL,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_orders_channel_f11ea5" UNIQUE ("channel_id", "channel_order_id"),
    CONSTRAINT "orders_status" CHECK (status IN ('pending', 'confirmed', 'processing', 'ready_for_shipment', 'shipped', 'delivered', 'fulfilled', 'cancelled', 'partially_refunded', 'refunded')),
    CONSTRAINT "orders_sync_status" CHECK (sync_status IN ('synced', 'pending', 'sent', 'failed'))
);
CREATE TABLE "order_items" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "line_key" VARCHAR(255) NOT NULL,
    "match_state" VARCHAR(16) NOT NULL,
    "stock_state" VARCHAR(16) NOT NULL,
    "sku" VARCHAR(255),
    "gtin" VARCHAR(64),
    "title" TEXT,
    "quantity" INT NOT NULL,
    "unit_price_minor" BIGINT,
    "total_minor" BIGINT,
    "tax_rate" VARCHAR(16),
    "confirmed" INT NOT NULL DEFAULT 0,
    "cancelled" INT NOT NULL DEFAULT 0,
    "shipped" INT NOT NULL DEFAULT 0,
    "returned" INT NOT NULL DEFAULT 0,
    "units_json" TEXT,
    "order_id" BIGINT NOT NULL REFERENCES "orders" ("id") ON DELETE CASCADE,
    "product_id" BIGINT REFERENCES "products" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_order_items_order_i_abc78e" UNIQUE ("order_id", "line_key"),
    CONSTRAINT "order_items_match_state" CHECK (match_state IN ('matched', 'unmatched', 'ignored')),
    CONSTRAINT "order_items_stock_state" CHECK (stock_state IN ('none', 'reserved', 'short', 'released', 'deducted')),
    CONSTRAINT "order_items_counts" CHECK (confirmed >= 0 AND cancelled >= 0 AND shipped >= 0 AND returned >= 0)
);
CREATE TABLE "inventory_movements" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "location" VARCHAR(64) NOT NULL,
    "on_hand_delta" INT NOT NULL DEFAULT 0,
    "reserved_delta" INT NOT NULL DEFAULT 0,
    "cause" VARCHAR(16) NOT NULL,
    "actor" VARCHAR(200) NOT NULL DEFAULT '',
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TEXT NOT NULL,
    "order_item_id" BIGINT REFERENCES "order_items" ("id") ON DELETE RESTRICT,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "inventory_movements_cause" CHECK (cause IN ('reserve', 'release', 'deduct', 'adjust', 'return'))
);
CREATE TABLE "reservations" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "location" VARCHAR(64) NOT NULL,
    "quantity" INT NOT NULL,
    "deducted" INT NOT NULL DEFAULT 0,
    "released" INT NOT NULL DEFAULT 0,
    "created_at" TEXT NOT NULL,
    "ended_at" TEXT,
    "order_item_id" BIGINT NOT NULL REFERENCES "order_items" ("id") ON DELETE RESTRICT,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_reservation_order_i_4c5b11" UNIQUE ("order_item_id", "location"),
    CONSTRAINT "reservations_quantity" CHECK (quantity > 0),
    CONSTRAINT "reservations_once" CHECK (deducted >= 0 AND released >= 0 AND deducted + released <= quantity)
);
CREATE TABLE "order_history_runs" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "since_at" TEXT,
    "cursor" TEXT NOT NULL DEFAULT '',
    "orders" INT NOT NULL DEFAULT 0,
    "created" INT NOT NULL DEFAULT 0,
    "updated" INT NOT NULL DEFAULT 0,
    "error" TEXT NOT NULL DEFAULT '',
    "created_at" TEXT NOT NULL,
    "finished_at" TEXT,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "order_history_runs_state" CHECK (state IN ('running', 'completed', 'failed'))
) /* A resumable walk over a channel's past orders. */;
CREATE TABLE "order_payloads" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "payload_sealed" BLOB,
    "received_at" TEXT NOT NULL,
    "order_id" BIGINT NOT NULL UNIQUE REFERENCES "orders" ("id") ON DELETE CASCADE
) /* The channel's last document of an order, for replay. */;
CREATE TABLE "order_status_history" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "from_status" VARCHAR(24),
    "to_status" VARCHAR(24) NOT NULL,
    "cause" VARCHAR(16) NOT NULL,
    "actor" VARCHAR(200) NOT NULL DEFAULT '',
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TEXT NOT NULL,
    "order_id" BIGINT NOT NULL REFERENCES "orders" ("id") ON DELETE CASCADE,
    CONSTRAINT "order_status_history_cause" CHECK (cause IN ('channel', 'operator', 'orion'))
);
CREATE TABLE "shipments" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "reference" VARCHAR(64) NOT NULL UNIQUE,
    "carrier" VARCHAR(100) NOT NULL DEFAULT '',
    "tracking_number" VARCHAR(200) NOT NULL DEFAULT '',
    "sync_status" VARCHAR(16) NOT NULL,
    "sync_error" TEXT NOT NULL DEFAULT '',
    "created_by" VARCHAR(200) NOT NULL DEFAULT '',
    "shipped_at" TEXT NOT NULL,
    "delivered_at" TEXT,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    "order_id" BIGINT NOT NULL REFERENCES "orders" ("id") ON DELETE RESTRICT,
    CONSTRAINT "shipments_sync_status" CHECK (sync_status IN ('pending', 'sent', 'synced', 'failed', 'none'))
);
CREATE TABLE "shipment_items" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "quantity" INT NOT NULL,
    "order_item_id" BIGINT NOT NULL REFERENCES "order_items" ("id") ON DELETE RESTRICT,
    "shipment_id" BIGINT NOT NULL REFERENCES "shipments" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_shipment_it_shipmen_d2047a" UNIQUE ("shipment_id", "order_item_id"),
    CONSTRAINT "shipment_items_quantity" CHECK (quantity > 0)
);
CREATE TABLE "feed_publications" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "language" VARCHAR(8) NOT NULL,
    "path" TEXT NOT NULL,
    "etag" VARCHAR(80) NOT NULL,
    "rows" INT NOT NULL,
    "refused" INT NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "published_at" TEXT NOT NULL,
    "checked_at" TEXT NOT NULL,
    "read_at" TEXT,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feed_public_channel_cc15b6" UNIQUE ("channel_id", "language")
);
CREATE TABLE "offers" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "channel_sku" VARCHAR(255) NOT NULL,
    "is_active" INT NOT NULL DEFAULT 1,
    "state" VARCHAR(16) NOT NULL DEFAULT 'different',
    "version" BIGINT NOT NULL DEFAULT 1,
    "is_urgent" INT NOT NULL DEFAULT 0,
    "changed_at" TEXT NOT NULL,
    "sent_version" BIGINT NOT NULL DEFAULT 0,
    "sent_quantity" INT,
    "sent_price_minor" BIGINT,
    "sent_at" TEXT,
    "confirmed_quantity" INT,
    "confirmed_price_minor" BIGINT,
    "confirmed_at" TEXT,
    "error_code" VARCHAR(64) NOT NULL DEFAULT '',
    "error_message" TEXT NOT NULL DEFAULT '',
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE CASCADE,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_offers_channel_c30d39" UNIQUE ("channel_id", "product_id"),
    CONSTRAINT "offers_state" CHECK (state IN ('different', 'sent', 'synced', 'paused', 'failed'))
);
CREATE TABLE "jobs" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "lane" VARCHAR(32) NOT NULL,
    "owner" VARCHAR(128) NOT NULL,
    "args_json" TEXT NOT NULL,
    "unique_key" VARCHAR(255),
    "entity" VARCHAR(128),
    "priority" SMALLINT NOT NULL DEFAULT 50,
    "state" VARCHAR(16) NOT NULL DEFAULT 'waiting',
    "puts" INT NOT NULL DEFAULT 1,
    "is_put_again" INT NOT NULL DEFAULT 0,
    "attempts" INT NOT NULL DEFAULT 0,
    "crashes" INT NOT NULL DEFAULT 0,
    "runs" INT NOT NULL DEFAULT 0,
    "run_at" TEXT NOT NULL,
    "give_up_at" TEXT NOT NULL,
    "lease_epoch" BIGINT,
    "process_id" VARCHAR(64),
    "error_family" VARCHAR(16) NOT NULL DEFAULT '',
    "error_code" VARCHAR(64) NOT NULL DEFAULT '',
    "error_message" TEXT NOT NULL DEFAULT '',
    "result_json" TEXT,
    "created_at" TEXT NOT NULL,
    "claimed_at" TEXT,
    "finished_at" TEXT,
    "channel_id" BIGINT REFERENCES "channels" ("id") ON DELETE SET NULL,
    "store_id" BIGINT REFERENCES "stores" ("id") ON DELETE SET NULL,
    CONSTRAINT "jobs_state" CHECK (state IN ('waiting', 'executing', 'done', 'refused', 'dead', 'cancelled')),
    CONSTRAINT "jobs_executing_has_lease" CHECK (state <> 'executing' OR lease_epoch IS NOT NULL),
    CONSTRAINT "jobs_finished_at" CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'refused', 'dead', 'cancelled'))),
    CONSTRAINT "jobs_dead_has_reason" CHECK (state NOT IN ('dead', 'refused') OR error_code <> ''),
    CONSTRAINT "jobs_counters" CHECK (attempts >= 0 AND crashes >= 0 AND runs >= 0)
);
CREATE TABLE "job_attempts" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "run" INT NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "error_family" VARCHAR(16) NOT NULL,
    "error_code" VARCHAR(64) NOT NULL,
    "error_message" TEXT NOT NULL,
    "ended_at" TEXT NOT NULL,
    "job_id" BIGINT NOT NULL REFERENCES "jobs" ("id") ON DELETE CASCADE,
    CONSTRAINT "job_attempts_outcome" CHECK (outcome IN ('retry', 'snooze', 'refused', 'dead', 'cancelled', 'crash'))
) /* One row each time something went wrong with a job: the reasons behind its last error, oldest first. */;
CREATE TABLE "leases" (
    "owner" VARCHAR(128) NOT NULL PRIMARY KEY,
    "process_id" VARCHAR(64),
    "epoch" BIGINT NOT NULL,
    "acquired_at" TEXT NOT NULL,
    CONSTRAINT "leases_epoch" CHECK (epoch > 0)
);
CREATE TABLE "processes" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "label" VARCHAR(200) NOT NULL,
    "started_at" TEXT NOT NULL,
    "heartbeat_at" TEXT NOT NULL,
    "expires_at" TEXT NOT NULL
);
CREATE TABLE "rate_limit_states" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "owner" VARCHAR(128) NOT NULL,
    "operation" VARCHAR(64) NOT NULL,
    "state_json" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    CONSTRAINT "uid_rate_limit__owner_53e6e1" UNIQUE ("owner", "operation")
);
CREATE TABLE "scheduled_jobs" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "marketplace" VARCHAR(32),
    "schedule" VARCHAR(100) NOT NULL,
    "timezone" VARCHAR(64) NOT NULL DEFAULT 'UTC',
    "is_enabled" INT NOT NULL DEFAULT 1,
    "managed_by" VARCHAR(8) NOT NULL DEFAULT 'file',
    "last_run_at" TEXT,
    "next_run_at" TEXT,
    "last_error" TEXT NOT NULL DEFAULT '',
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL,
    "store_id" BIGINT REFERENCES "stores" ("id") ON DELETE CASCADE,
    CONSTRAINT "scheduled_jobs_managed_by" CHECK (managed_by IN ('file', 'api'))
);
CREATE TABLE "api_tokens" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "role" VARCHAR(16) NOT NULL,
    "prefix" VARCHAR(16) NOT NULL,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "created_at" TEXT NOT NULL,
    "expires_at" TEXT,
    "last_used_at" TEXT,
    "revoked_at" TEXT,
    "store_id" BIGINT REFERENCES "stores" ("id") ON DELETE CASCADE,
    CONSTRAINT "api_tokens_role" CHECK (role IN ('viewer', 'operator', 'admin'))
);
CREATE TABLE "audit_entries" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "actor" VARCHAR(200) NOT NULL,
    "action" VARCHAR(64) NOT NULL,
    "subject" VARCHAR(200) NOT NULL,
    "detail_json" TEXT,
    "created_at" TEXT NOT NULL,
    "store_id" BIGINT REFERENCES "stores" ("id") ON DELETE SET NULL
);
CREATE INDEX marketplace_products_gtin ON marketplace_products (gtin) WHERE gtin IS NOT NULL;
CREATE INDEX marketplace_products_group ON marketplace_products (catalog_id, item_group_id) WHERE item_group_id IS NOT NULL;
CREATE INDEX feed_rows_seen ON feed_rows (feed_id, seen_import_id);
CREATE INDEX feed_rows_product ON feed_rows (marketplace_product_id);
CREATE INDEX import_jobs_store ON import_jobs (store_id, id);
CREATE INDEX import_problems_import ON import_problems (import_job_id, id);
CREATE INDEX import_changes_import ON import_changes (import_job_id, id);
CREATE UNIQUE INDEX products_adopted ON products (store_id, marketplace_product_id) WHERE marketplace_product_id IS NOT NULL;
CREATE INDEX products_gtin ON products (store_id, gtin) WHERE gtin IS NOT NULL;
CREATE INDEX products_marketplace_product ON products (marketplace_product_id) WHERE marketplace_product_id IS NOT NULL;
CREATE INDEX inventory_movements_product ON inventory_movements (product_id, id);
CREATE INDEX inventory_movements_item ON inventory_movements (order_item_id) WHERE order_item_id IS NOT NULL;
CREATE INDEX inventory_sync_logs_channel ON inventory_sync_logs (channel_id, id);
CREATE INDEX reservations_product ON reservations (product_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX customers_identity ON customers (store_id, marketplace, identity_index);
CREATE INDEX orders_store ON orders (store_id, id);
CREATE INDEX orders_status ON orders (store_id, status, id);
CREATE INDEX orders_attention ON orders (store_id, id) WHERE attention <> '';
CREATE INDEX orders_customer ON orders (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX order_items_product ON order_items (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX order_items_unmatched ON order_items (id) WHERE match_state = 'unmatched';
CREATE INDEX order_items_short ON order_items (product_id, id) WHERE stock_state = 'short';
CREATE INDEX order_status_history_order ON order_status_history (order_id, id);
CREATE INDEX order_history_runs_channel ON order_history_runs (channel_id, id);
CREATE INDEX shipments_order ON shipments (order_id, id);
CREATE INDEX shipment_items_order_item ON shipment_items (order_item_id);
CREATE INDEX offers_different ON offers (channel_id, is_urgent, changed_at) WHERE state = 'different';
CREATE INDEX offers_product ON offers (product_id);
CREATE INDEX offers_store ON offers (store_id, id);
CREATE UNIQUE INDEX jobs_unique_open ON jobs (unique_key) WHERE unique_key IS NOT NULL AND state IN ('waiting', 'executing');
CREATE INDEX jobs_claim ON jobs (owner, lane, priority, id, run_at) WHERE state = 'waiting';
CREATE INDEX jobs_executing ON jobs (owner, id) WHERE state = 'executing';
CREATE INDEX jobs_entity_open ON jobs (owner, entity, id) WHERE entity IS NOT NULL AND state IN ('waiting', 'executing');
CREATE INDEX jobs_store ON jobs (store_id, id);
CREATE INDEX jobs_letters ON jobs (state, id) WHERE state IN ('dead', 'refused');
CREATE INDEX job_attempts_job ON job_attempts (job_id, id);
CREATE INDEX leases_process ON leases (process_id);
CREATE UNIQUE INDEX scheduled_jobs_everywhere ON scheduled_jobs (name) WHERE store_id IS NULL;
CREATE UNIQUE INDEX scheduled_jobs_store ON scheduled_jobs (name, store_id) WHERE store_id IS NOT NULL;
CREATE INDEX audit_entries_store ON audit_entries (store_id, id);
""",
    "postgres": """
CREATE TABLE IF NOT EXISTS "aerich" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSONB NOT NULL
);
CREATE TABLE "stores" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" VARCHAR(64) NOT NULL UNIQUE,
    "name" VARCHAR(200) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "country" VARCHAR(2) NOT NULL,
    "timezone" VARCHAR(64) NOT NULL,
    "default_language" VARCHAR(8) NOT NULL,
    "languages_json" JSONB NOT NULL,
    "is_active" BOOL NOT NULL DEFAULT TRUE,
    "managed_by" VARCHAR(8) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "stores_managed_by" CHECK (managed_by IN ('file', 'api'))
);
CREATE TABLE "channels" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "marketplace" VARCHAR(32) NOT NULL,
    "is_active" BOOL NOT NULL DEFAULT TRUE,
    "allows_mutations" BOOL NOT NULL DEFAULT FALSE,
    "managed_by" VARCHAR(8) NOT NULL,
    "endpoint" VARCHAR(500) NOT NULL DEFAULT '',
    "settings_json" JSONB NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'ready',
    "state_reason" TEXT NOT NULL DEFAULT '',
    "order_cursor" TEXT NOT NULL DEFAULT '',
    "orders_polled_at" TIMESTAMPTZ,
    "orders_reconciled_at" TIMESTAMPTZ,
    "inventory_pushed_at" TIMESTAMPTZ,
    "last_error" TEXT NOT NULL DEFAULT '',
    "last_error_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_channels_store_i_13fd65" UNIQUE ("store_id", "marketplace"),
    CONSTRAINT "channels_managed_by" CHECK (managed_by IN ('file', 'api')),
    CONSTRAINT "channels_state" CHECK (state IN ('ready', 'suspended'))
);
CREATE TABLE "marketplace_credentials" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(32) NOT NULL,
    "secret_sealed" BYTEA NOT NULL,
    "fingerprint" VARCHAR(16) NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'unchecked',
    "checked_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_marketplace_channel_d31171" UNIQUE ("channel_id", "kind"),
    CONSTRAINT "marketplace_credentials_state" CHECK (state IN ('unchecked', 'valid', 'refused'))
);
CREATE TABLE "catalogs" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "marketplace" VARCHAR(32) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "channel_id" BIGINT UNIQUE REFERENCES "channels" ("id") ON DELETE RESTRICT
);
CREATE TABLE "marketplace_products" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "marketplace_product_id" VARCHAR(255) NOT NULL,
    "product_type" VARCHAR(16) NOT NULL DEFAULT 'physical',
    "gtin" VARCHAR(14),
    "mpn" VARCHAR(255),
    "brand" VARCHAR(255),
    "item_group_id" VARCHAR(255),
    "currency" VARCHAR(3),
    "price_minor" BIGINT,
    "sale_price_minor" BIGINT,
    "tax_rate" VARCHAR(16),
    "availability" VARCHAR(64),
    "quantity" INT,
    "condition" VARCHAR(64),
    "link" TEXT,
    "image_link" TEXT,
    "additional_image_links_json" JSONB,
    "google_product_category" TEXT,
    "product_type_path" TEXT,
    "attributes_json" JSONB,
    "is_available" BOOL NOT NULL DEFAULT TRUE,
    "unavailable_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "catalog_id" BIGINT NOT NULL REFERENCES "catalogs" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_marketplace_catalog_054f74" UNIQUE ("catalog_id", "marketplace_product_id"),
    CONSTRAINT "marketplace_products_price" CHECK (price_minor IS NULL OR (price_minor >= 0 AND currency IS NOT NULL)),
    CONSTRAINT "marketplace_products_sale_price" CHECK (sale_price_minor IS NULL OR sale_price_minor >= 0),
    CONSTRAINT "marketplace_products_type" CHECK (product_type IN ('physical', 'digital'))
);
CREATE TABLE "marketplace_product_translations" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "language" VARCHAR(8) NOT NULL,
    "title" TEXT,
    "description" TEXT,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "marketplace_product_id" BIGINT NOT NULL REFERENCES "marketplace_products" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_marketplace_marketp_793b29" UNIQUE ("marketplace_product_id", "language")
);
CREATE TABLE "feeds" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "language" VARCHAR(8) NOT NULL,
    "name" VARCHAR(100) NOT NULL DEFAULT '',
    "source" TEXT NOT NULL DEFAULT '',
    "etag" TEXT NOT NULL DEFAULT '',
    "last_modified" TEXT NOT NULL DEFAULT '',
    "file_hash" VARCHAR(64) NOT NULL DEFAULT '',
    "reader_version" INT NOT NULL DEFAULT 0,
    "record_count" INT NOT NULL DEFAULT 0,
    "imported_at" TIMESTAMPTZ,
    "catalog_id" BIGINT NOT NULL REFERENCES "catalogs" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feeds_catalog_43eb62" UNIQUE ("catalog_id", "language", "name")
);
CREATE TABLE "feed_rows" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "row_hash" BIGINT NOT NULL,
    "content_hash" BIGINT NOT NULL,
    "seen_import_id" BIGINT NOT NULL,
    "feed_id" BIGINT NOT NULL REFERENCES "feeds" ("id") ON DELETE CASCADE,
    "marketplace_product_id" BIGINT NOT NULL REFERENCES "marketplace_products" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feed_rows_feed_id_81439a" UNIQUE ("feed_id", "marketplace_product_id")
);
CREATE TABLE "import_jobs" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "language" VARCHAR(8) NOT NULL,
    "source" TEXT NOT NULL,
    "file_path" TEXT NOT NULL DEFAULT '',
    "is_complete" BOOL NOT NULL DEFAULT TRUE,
    "is_dry_run" BOOL NOT NULL DEFAULT FALSE,
    "is_confirmed" BOOL NOT NULL DEFAULT FALSE,
    "state" VARCHAR(24) NOT NULL,
    "held_reason" TEXT NOT NULL DEFAULT '',
    "error_code" VARCHAR(64) NOT NULL DEFAULT '',
    "error_message" TEXT NOT NULL DEFAULT '',
    "bytes_total" BIGINT,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "rows" INT NOT NULL DEFAULT 0,
    "created" INT NOT NULL DEFAULT 0,
    "updated" INT NOT NULL DEFAULT 0,
    "unchanged" INT NOT NULL DEFAULT 0,
    "rejected" INT NOT NULL DEFAULT 0,
    "skipped" INT NOT NULL DEFAULT 0,
    "disappeared" INT NOT NULL DEFAULT 0,
    "warnings" INT NOT NULL DEFAULT 0,
    "detected_json" JSONB,
    "requested_by" VARCHAR(200) NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "started_at" TIMESTAMPTZ,
    "finished_at" TIMESTAMPTZ,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "import_jobs_state" CHECK (state IN ('pending', 'processing', 'downloading', 'parsing', 'upserting', 'held', 'completed', 'partially_completed', 'failed'))
);
CREATE TABLE "import_changes" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "marketplace_product_id" VARCHAR(255) NOT NULL,
    "change" VARCHAR(16) NOT NULL,
    "before_json" JSONB,
    "after_json" JSONB,
    "import_job_id" BIGINT NOT NULL REFERENCES "import_jobs" ("id") ON DELETE CASCADE,
    CONSTRAINT "import_changes_change" CHECK (change IN ('created', 'updated', 'disappeared'))
);
CREATE TABLE "import_problems" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "line" INT NOT NULL,
    "field" VARCHAR(100) NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "message" TEXT NOT NULL,
    "value" TEXT NOT NULL DEFAULT '',
    "severity" VARCHAR(8) NOT NULL,
    "import_job_id" BIGINT NOT NULL REFERENCES "import_jobs" ("id") ON DELETE CASCADE,
    CONSTRAINT "import_problems_severity" CHECK (severity IN ('rejected', 'skipped', 'warning'))
);
CREATE TABLE "products" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "sku" VARCHAR(255) NOT NULL,
    "is_active" BOOL NOT NULL DEFAULT TRUE,
    "gtin" VARCHAR(14),
    "mpn" VARCHAR(255),
    "brand" VARCHAR(255),
    "product_type" VARCHAR(16),
    "currency" VARCHAR(3),
    "price_minor" BIGINT,
    "sale_price_minor" BIGINT,
    "tax_rate" VARCHAR(16),
    "condition" VARCHAR(64),
    "link" TEXT,
    "image_link" TEXT,
    "additional_image_links_json" JSONB,
    "google_product_category" TEXT,
    "product_type_path" TEXT,
    "default_language" VARCHAR(8),
    "safety_stock" INT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "marketplace_product_id" BIGINT REFERENCES "marketplace_products" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_products_store_i_9a1a2b" UNIQUE ("store_id", "sku"),
    CONSTRAINT "products_price" CHECK (price_minor IS NULL OR (price_minor >= 0 AND currency IS NOT NULL)),
    CONSTRAINT "products_sale_price" CHECK (sale_price_minor IS NULL OR sale_price_minor >= 0),
    CONSTRAINT "products_safety_stock" CHECK (safety_stock IS NULL OR safety_stock >= 0)
);
CREATE TABLE "product_matches" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "marketplace" VARCHAR(32) NOT NULL,
    "key" VARCHAR(300) NOT NULL,
    "answered_by" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "product_id" BIGINT REFERENCES "products" ("id") ON DELETE CASCADE,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_product_mat_store_i_af5281" UNIQUE ("store_id", "marketplace", "key")
);
COMMENT ON TABLE "product_matches" IS 'An operator''s remembered answer: what a channel''s unknown SKU or GTIN means for this store.';
CREATE TABLE "product_translations" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "language" VARCHAR(8) NOT NULL,
    "title" TEXT,
    "description" TEXT,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_product_tra_product_c07883" UNIQUE ("product_id", "language")
);
CREATE TABLE "inventory_entries" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "location" VARCHAR(64) NOT NULL DEFAULT 'main',
    "on_hand" INT NOT NULL DEFAULT 0,
    "reserved" INT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_inventory_e_product_4e1635" UNIQUE ("product_id", "location"),
    CONSTRAINT "inventory_entries_on_hand" CHECK (on_hand >= 0),
    CONSTRAINT "inventory_entries_reserved" CHECK (reserved >= 0)
);
CREATE TABLE "inventory_sync_configs" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "is_enabled" BOOL NOT NULL DEFAULT TRUE,
    "safety_stock" INT NOT NULL DEFAULT 0,
    "out_of_stock_threshold" INT NOT NULL DEFAULT 0,
    "sync_zero_stock" BOOL NOT NULL DEFAULT TRUE,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "channel_id" BIGINT NOT NULL UNIQUE REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "inventory_sync_configs_stock" CHECK (safety_stock >= 0 AND out_of_stock_threshold >= 0)
);
CREATE TABLE "inventory_sync_logs" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(32) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "offers" INT NOT NULL DEFAULT 0,
    "sent" INT NOT NULL DEFAULT 0,
    "confirmed" INT NOT NULL DEFAULT 0,
    "failed" INT NOT NULL DEFAULT 0,
    "paused" INT NOT NULL DEFAULT 0,
    "error" TEXT NOT NULL DEFAULT '',
    "started_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "inventory_sync_logs_state" CHECK (state IN ('done', 'partly', 'failed'))
);
CREATE TABLE "customers" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "marketplace" VARCHAR(32) NOT NULL,
    "identity_index" BYTEA NOT NULL,
    "personal_sealed" BYTEA,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "erased_at" TIMESTAMPTZ,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT
);
CREATE TABLE "orders" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "marketplace" VARCHAR(32) NOT NULL,
    "channel_order_id" VARCHAR(255) NOT NULL,
    "order_number" VARCHAR(255) NOT NULL,
    "status" VARCHAR(24) NOT NULL,
    "channel_status" VARCHAR(100) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "lines_minor" BIGINT NOT NULL,
    "subtotal_minor" BIGINT,
    "shipping_minor" BIGINT,
    "tax_minor" BIGINT,
    "discount_minor" BIGINT,
    "total_minor" BIGINT,
    "personal_sealed" BYTEA,
    "locale" VARCHAR(8),
    "content_hash" BIGINT NOT NULL,
    "attention" VARCHAR(200) NOT NULL DEFAULT '',
    "attention_reason" TEXT NOT NULL DEFAULT '',
    "sync_status" VARCHAR(16) NOT NULL DEFAULT 'synced',
    "sync_error" TEXT NOT NULL DEFAULT '',
    "placed_at" TIMESTAMPTZ,
    "channel_updated_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT,
    "customer_id" BIGINT REFERENCES "customers" ("id") ON DELETE SET NULL,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_orders_channel_f11ea5" UNIQUE ("channel_id", "channel_order_id"),
    CONSTRAINT "orders_status" CHECK (status IN ('pending', 'confirmed', 'processing', 'ready_for_shipment', 'shipped', 'delivered', 'fulfilled', 'cancelled', 'partially_refunded', 'refunded')),
    CONSTRAINT "orders_sync_status" CHECK (sync_status IN ('synced', 'pending', 'sent', 'failed'))
);
CREATE TABLE "order_items" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "line_key" VARCHAR(255) NOT NULL,
    "match_state" VARCHAR(16) NOT NULL,
    "stock_state" VARCHAR(16) NOT NULL,
    "sku" VARCHAR(255),
    "gtin" VARCHAR(64),
    "title" TEXT,
    "quantity" INT NOT NULL,
    "unit_price_minor" BIGINT,
    "total_minor" BIGINT,
    "tax_rate" VARCHAR(16),
    "confirmed" INT NOT NULL DEFAULT 0,
    "cancelled" INT NOT NULL DEFAULT 0,
    "shipped" INT NOT NULL DEFAULT 0,
    "returned" INT NOT NULL DEFAULT 0,
    "units_json" JSONB,
    "order_id" BIGINT NOT NULL REFERENCES "orders" ("id") ON DELETE CASCADE,
    "product_id" BIGINT REFERENCES "products" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_order_items_order_i_abc78e" UNIQUE ("order_id", "line_key"),
    CONSTRAINT "order_items_match_state" CHECK (match_state IN ('matched', 'unmatched', 'ignored')),
    CONSTRAINT "order_items_stock_state" CHECK (stock_state IN ('none', 'reserved', 'short', 'released', 'deducted')),
    CONSTRAINT "order_items_counts" CHECK (confirmed >= 0 AND cancelled >= 0 AND shipped >= 0 AND returned >= 0)
);
CREATE TABLE "inventory_movements" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "location" VARCHAR(64) NOT NULL,
    "on_hand_delta" INT NOT NULL DEFAULT 0,
    "reserved_delta" INT NOT NULL DEFAULT 0,
    "cause" VARCHAR(16) NOT NULL,
    "actor" VARCHAR(200) NOT NULL DEFAULT '',
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "order_item_id" BIGINT REFERENCES "order_items" ("id") ON DELETE RESTRICT,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "inventory_movements_cause" CHECK (cause IN ('reserve', 'release', 'deduct', 'adjust', 'return'))
);
CREATE TABLE "reservations" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "location" VARCHAR(64) NOT NULL,
    "quantity" INT NOT NULL,
    "deducted" INT NOT NULL DEFAULT 0,
    "released" INT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "order_item_id" BIGINT NOT NULL REFERENCES "order_items" ("id") ON DELETE RESTRICT,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_reservation_order_i_4c5b11" UNIQUE ("order_item_id", "location"),
    CONSTRAINT "reservations_quantity" CHECK (quantity > 0),
    CONSTRAINT "reservations_once" CHECK (deducted >= 0 AND released >= 0 AND deducted + released <= quantity)
);
CREATE TABLE "order_history_runs" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "state" VARCHAR(16) NOT NULL,
    "since_at" TIMESTAMPTZ,
    "cursor" TEXT NOT NULL DEFAULT '',
    "orders" INT NOT NULL DEFAULT 0,
    "created" INT NOT NULL DEFAULT 0,
    "updated" INT NOT NULL DEFAULT 0,
    "error" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "order_history_runs_state" CHECK (state IN ('running', 'completed', 'failed'))
);
COMMENT ON TABLE "order_history_runs" IS 'A resumable walk over a channel''s past orders.';
CREATE TABLE "order_payloads" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "payload_sealed" BYTEA,
    "received_at" TIMESTAMPTZ NOT NULL,
    "order_id" BIGINT NOT NULL UNIQUE REFERENCES "orders" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "order_payloads" IS 'The channel''s last document of an order, for replay.';
CREATE TABLE "order_status_history" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "from_status" VARCHAR(24),
    "to_status" VARCHAR(24) NOT NULL,
    "cause" VARCHAR(16) NOT NULL,
    "actor" VARCHAR(200) NOT NULL DEFAULT '',
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "order_id" BIGINT NOT NULL REFERENCES "orders" ("id") ON DELETE CASCADE,
    CONSTRAINT "order_status_history_cause" CHECK (cause IN ('channel', 'operator', 'orion'))
);
CREATE TABLE "shipments" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "reference" VARCHAR(64) NOT NULL UNIQUE,
    "carrier" VARCHAR(100) NOT NULL DEFAULT '',
    "tracking_number" VARCHAR(200) NOT NULL DEFAULT '',
    "sync_status" VARCHAR(16) NOT NULL,
    "sync_error" TEXT NOT NULL DEFAULT '',
    "created_by" VARCHAR(200) NOT NULL DEFAULT '',
    "shipped_at" TIMESTAMPTZ NOT NULL,
    "delivered_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "order_id" BIGINT NOT NULL REFERENCES "orders" ("id") ON DELETE RESTRICT,
    CONSTRAINT "shipments_sync_status" CHECK (sync_status IN ('pending', 'sent', 'synced', 'failed', 'none'))
);
CREATE TABLE "shipment_items" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "quantity" INT NOT NULL,
    "order_item_id" BIGINT NOT NULL REFERENCES "order_items" ("id") ON DELETE RESTRICT,
    "shipment_id" BIGINT NOT NULL REFERENCES "shipments" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_shipment_it_shipmen_d2047a" UNIQUE ("shipment_id", "order_item_id"),
    CONSTRAINT "shipment_items_quantity" CHECK (quantity > 0)
);
CREATE TABLE "feed_publications" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "language" VARCHAR(8) NOT NULL,
    "path" TEXT NOT NULL,
    "etag" VARCHAR(80) NOT NULL,
    "rows" INT NOT NULL,
    "refused" INT NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "published_at" TIMESTAMPTZ NOT NULL,
    "checked_at" TIMESTAMPTZ NOT NULL,
    "read_at" TIMESTAMPTZ,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feed_public_channel_cc15b6" UNIQUE ("channel_id", "language")
);
CREATE TABLE "offers" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "channel_sku" VARCHAR(255) NOT NULL,
    "is_active" BOOL NOT NULL DEFAULT TRUE,
    "state" VARCHAR(16) NOT NULL DEFAULT 'different',
    "version" BIGINT NOT NULL DEFAULT 1,
    "is_urgent" BOOL NOT NULL DEFAULT FALSE,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "sent_version" BIGINT NOT NULL DEFAULT 0,
    "sent_quantity" INT,
    "sent_price_minor" BIGINT,
    "sent_at" TIMESTAMPTZ,
    "confirmed_quantity" INT,
    "confirmed_price_minor" BIGINT,
    "confirmed_at" TIMESTAMPTZ,
    "error_code" VARCHAR(64) NOT NULL DEFAULT '',
    "error_message" TEXT NOT NULL DEFAULT '',
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE CASCADE,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_offers_channel_c30d39" UNIQUE ("channel_id", "product_id"),
    CONSTRAINT "offers_state" CHECK (state IN ('different', 'sent', 'synced', 'paused', 'failed'))
);
CREATE TABLE "jobs" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(64) NOT NULL,
    "lane" VARCHAR(32) NOT NULL,
    "owner" VARCHAR(128) NOT NULL,
    "args_json" JSONB NOT NULL,
    "unique_key" VARCHAR(255),
    "entity" VARCHAR(128),
    "priority" SMALLINT NOT NULL DEFAULT 50,
    "state" VARCHAR(16) NOT NULL DEFAULT 'waiting',
    "puts" INT NOT NULL DEFAULT 1,
    "is_put_again" BOOL NOT NULL DEFAULT FALSE,
    "attempts" INT NOT NULL DEFAULT 0,
    "crashes" INT NOT NULL DEFAULT 0,
    "runs" INT NOT NULL DEFAULT 0,
    "run_at" TIMESTAMPTZ NOT NULL,
    "give_up_at" TIMESTAMPTZ NOT NULL,
    "lease_epoch" BIGINT,
    "process_id" VARCHAR(64),
    "error_family" VARCHAR(16) NOT NULL DEFAULT '',
    "error_code" VARCHAR(64) NOT NULL DEFAULT '',
    "error_message" TEXT NOT NULL DEFAULT '',
    "result_json" JSONB,
    "created_at" TIMESTAMPTZ NOT NULL,
    "claimed_at" TIMESTAMPTZ,
    "finished_at" TIMESTAMPTZ,
    "channel_id" BIGINT REFERENCES "channels" ("id") ON DELETE SET NULL,
    "store_id" BIGINT REFERENCES "stores" ("id") ON DELETE SET NULL,
    CONSTRAINT "jobs_state" CHECK (state IN ('waiting', 'executing', 'done', 'refused', 'dead', 'cancelled')),
    CONSTRAINT "jobs_executing_has_lease" CHECK (state <> 'executing' OR lease_epoch IS NOT NULL),
    CONSTRAINT "jobs_finished_at" CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'refused', 'dead', 'cancelled'))),
    CONSTRAINT "jobs_dead_has_reason" CHECK (state NOT IN ('dead', 'refused') OR error_code <> ''),
    CONSTRAINT "jobs_counters" CHECK (attempts >= 0 AND crashes >= 0 AND runs >= 0)
);
CREATE TABLE "job_attempts" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "run" INT NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "error_family" VARCHAR(16) NOT NULL,
    "error_code" VARCHAR(64) NOT NULL,
    "error_message" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ NOT NULL,
    "job_id" BIGINT NOT NULL REFERENCES "jobs" ("id") ON DELETE CASCADE,
    CONSTRAINT "job_attempts_outcome" CHECK (outcome IN ('retry', 'snooze', 'refused', 'dead', 'cancelled', 'crash'))
);
COMMENT ON TABLE "job_attempts" IS 'One row each time something went wrong with a job: the reasons behind its last error, oldest first.';
CREATE TABLE "leases" (
    "owner" VARCHAR(128) NOT NULL PRIMARY KEY,
    "process_id" VARCHAR(64),
    "epoch" BIGINT NOT NULL,
    "acquired_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "leases_epoch" CHECK (epoch > 0)
);
CREATE TABLE "processes" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "label" VARCHAR(200) NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "heartbeat_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL
);
CREATE TABLE "rate_limit_states" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "owner" VARCHAR(128) NOT NULL,
    "operation" VARCHAR(64) NOT NULL,
    "state_json" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_rate_limit__owner_53e6e1" UNIQUE ("owner", "operation")
);
CREATE TABLE "scheduled_jobs" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(100) NOT NULL,
    "marketplace" VARCHAR(32),
    "schedule" VARCHAR(100) NOT NULL,
    "timezone" VARCHAR(64) NOT NULL DEFAULT 'UTC',
    "is_enabled" BOOL NOT NULL DEFAULT TRUE,
    "managed_by" VARCHAR(8) NOT NULL DEFAULT 'file',
    "last_run_at" TIMESTAMPTZ,
    "next_run_at" TIMESTAMPTZ,
    "last_error" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "store_id" BIGINT REFERENCES "stores" ("id") ON DELETE CASCADE,
    CONSTRAINT "scheduled_jobs_managed_by" CHECK (managed_by IN ('file', 'api'))
);
CREATE TABLE "api_tokens" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(200) NOT NULL,
    "role" VARCHAR(16) NOT NULL,
    "prefix" VARCHAR(16) NOT NULL,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ,
    "last_used_at" TIMESTAMPTZ,
    "revoked_at" TIMESTAMPTZ,
    "store_id" BIGINT REFERENCES "stores" ("id") ON DELETE CASCADE,
    CONSTRAINT "api_tokens_role" CHECK (role IN ('viewer', 'operator', 'admin'))
);
CREATE TABLE "audit_entries" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "actor" VARCHAR(200) NOT NULL,
    "action" VARCHAR(64) NOT NULL,
    "subject" VARCHAR(200) NOT NULL,
    "detail_json" JSONB,
    "created_at" TIMESTAMPTZ NOT NULL,
    "store_id" BIGINT REFERENCES "stores" ("id") ON DELETE SET NULL
);
CREATE INDEX marketplace_products_gtin ON marketplace_products (gtin) WHERE gtin IS NOT NULL;
CREATE INDEX marketplace_products_group ON marketplace_products (catalog_id, item_group_id) WHERE item_group_id IS NOT NULL;
CREATE INDEX feed_rows_seen ON feed_rows (feed_id, seen_import_id);
CREATE INDEX feed_rows_product ON feed_rows (marketplace_product_id);
CREATE INDEX import_jobs_store ON import_jobs (store_id, id);
CREATE INDEX import_problems_import ON import_problems (import_job_id, id);
CREATE INDEX import_changes_import ON import_changes (import_job_id, id);
CREATE UNIQUE INDEX products_adopted ON products (store_id, marketplace_product_id) WHERE marketplace_product_id IS NOT NULL;
CREATE INDEX products_gtin ON products (store_id, gtin) WHERE gtin IS NOT NULL;
CREATE INDEX products_marketplace_product ON products (marketplace_product_id) WHERE marketplace_product_id IS NOT NULL;
CREATE INDEX inventory_movements_product ON inventory_movements (product_id, id);
CREATE INDEX inventory_movements_item ON inventory_movements (order_item_id) WHERE order_item_id IS NOT NULL;
CREATE INDEX inventory_sync_logs_channel ON inventory_sync_logs (channel_id, id);
CREATE INDEX reservations_product ON reservations (product_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX customers_identity ON customers (store_id, marketplace, identity_index);
CREATE INDEX orders_store ON orders (store_id, id);
CREATE INDEX orders_status ON orders (store_id, status, id);
CREATE INDEX orders_attention ON orders (store_id, id) WHERE attention <> '';
CREATE INDEX orders_customer ON orders (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX order_items_product ON order_items (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX order_items_unmatched ON order_items (id) WHERE match_state = 'unmatched';
CREATE INDEX order_items_short ON order_items (product_id, id) WHERE stock_state = 'short';
CREATE INDEX order_status_history_order ON order_status_history (order_id, id);
CREATE INDEX order_history_runs_channel ON order_history_runs (channel_id, id);
CREATE INDEX shipments_order ON shipments (order_id, id);
CREATE INDEX shipment_items_order_item ON shipment_items (order_item_id);
CREATE INDEX offers_different ON offers (channel_id, is_urgent, changed_at) WHERE state = 'different';
CREATE INDEX offers_product ON offers (product_id);
CREATE INDEX offers_store ON offers (store_id, id);
CREATE UNIQUE INDEX jobs_unique_open ON jobs (unique_key) WHERE unique_key IS NOT NULL AND state IN ('waiting', 'executing');
CREATE INDEX jobs_claim ON jobs (owner, lane, priority, id, run_at) WHERE state = 'waiting';
CREATE INDEX jobs_executing ON jobs (owner, id) WHERE state = 'executing';
CREATE INDEX jobs_entity_open ON jobs (owner, entity, id) WHERE entity IS NOT NULL AND state IN ('waiting', 'executing');
CREATE INDEX jobs_store ON jobs (store_id, id);
CREATE INDEX jobs_letters ON jobs (state, id) WHERE state IN ('dead', 'refused');
CREATE INDEX job_attempts_job ON job_attempts (job_id, id);
CREATE INDEX leases_process ON leases (process_id);
CREATE UNIQUE INDEX scheduled_jobs_everywhere ON scheduled_jobs (name) WHERE store_id IS NULL;
CREATE UNIQUE INDEX scheduled_jobs_store ON scheduled_jobs (name, store_id) WHERE store_id IS NOT NULL;
CREATE INDEX audit_entries_store ON audit_entries (store_id, id);
""",
}

DOWN = {
    "sqlite": """
DROP TABLE "audit_entries";
DROP TABLE "api_tokens";
DROP TABLE "scheduled_jobs";
DROP TABLE "rate_limit_states";
DROP TABLE "processes";
DROP TABLE "leases";
DROP TABLE "job_attempts";
DROP TABLE "jobs";
DROP TABLE "offers";
DROP TABLE "feed_publications";
DROP TABLE "shipment_items";
DROP TABLE "shipments";
DROP TABLE "order_status_history";
DROP TABLE "order_payloads";
DROP TABLE "order_history_runs";
DROP TABLE "reservations";
DROP TABLE "inventory_movements";
DROP TABLE "order_items";
DROP TABLE "orders";
DROP TABLE "customers";
DROP TABLE "inventory_sync_logs";
DROP TABLE "inventory_sync_configs";
DROP TABLE "inventory_entries";
DROP TABLE "product_translations";
DROP TABLE "product_matches";
DROP TABLE "products";
DROP TABLE "import_problems";
DROP TABLE "import_changes";
DROP TABLE "import_jobs";
DROP TABLE "feed_rows";
DROP TABLE "feeds";
DROP TABLE "marketplace_product_translations";
DROP TABLE "marketplace_products";
DROP TABLE "catalogs";
DROP TABLE "marketplace_credentials";
DROP TABLE "channels";
DROP TABLE "stores";
""",
    "postgres": """
DROP TABLE "audit_entries";
DROP TABLE "api_tokens";
DROP TABLE "scheduled_jobs";
DROP TABLE "rate_limit_states";
DROP TABLE "processes";
DROP TABLE "leases";
DROP TABLE "job_attempts";
DROP TABLE "jobs";
DROP TABLE "offers";
DROP TABLE "feed_publications";
DROP TABLE "shipment_items";
DROP TABLE "shipments";
DROP TABLE "order_status_history";
DROP TABLE "order_payloads";
DROP TABLE "order_history_runs";
DROP TABLE "reservations";
DROP TABLE "inventory_movements";
DROP TABLE "order_items";
DROP TABLE "orders";
DROP TABLE "customers";
DROP TABLE "inventory_sync_logs";
DROP TABLE "inventory_sync_configs";
DROP TABLE "inventory_entries";
DROP TABLE "product_translations";
DROP TABLE "product_matches";
DROP TABLE "products";
DROP TABLE "import_problems";
DROP TABLE "import_changes";
DROP TABLE "import_jobs";
DROP TABLE "feed_rows";
DROP TABLE "feeds";
DROP TABLE "marketplace_product_translations";
DROP TABLE "marketplace_products";
DROP TABLE "catalogs";
DROP TABLE "marketplace_credentials";
DROP TABLE "channels";
DROP TABLE "stores";
""",
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UP[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


# What the models looked like; drafting the next migration compares with it.
MODELS_STATE = (
    "eJztXVtz4zaW/isqvUy2SpuK5bjTO2+2pzPpnu52l+3sTiY1xYIoSEKbIhWQtOOZyX9fgB"
    "RvIEgRvAmCzktfJHyQ9B0QOHf8e+pR4rnf3m6Q62Jn+ufJv6cu2mL2D+Gd2WSKdrv0df7/"
    "AC2caKQdj/GjQQs/oMgO2Osr5PiYvbTEvk3JLuCwP0/c0HH4i57NBhJ3nb0UuuS3EFuBt8"
    "bBBlP2xq+/Tv3Ao5hPvEX0CQc7B9l4+s9/sheIu8S/Y58P4//dPVkrgp1l4TeQJYdGr1vB"
    "6y567Yas37vBj9FY/kUWlu054dbNxu9eg43npgDiBvzVNXYxRQHmnxDQkP8y/sX3JCQ/Nv"
    "4R2ZD4W+YwS7xCoRPkmFhY2WtTy/p892g9vHu0rKkCd7bnct7ZV/UjAtb8K/z3/8znl5c/"
    "zL+7fPP26vsffrh6+91bNjb6vuW3fvgj/jIZW/FUEWfv//r+8yP/Qh4Tbix1/sIfEQYFKE"
    "ZFwsjYz4usJAa2sKhcCAJMkAb7maI0Eu7rxJG8kMkjW55jCGSLfrcc7K6DDfvv5byG6/+9"
    "vr/96fr+m8v5fxUJ/7x/Zx69xanPLXTfYg8deZYQfeN5DkZuxYLP4wSmFww4FNXJwzAA1X"
    "XL+O7uY7SX+P5vTryuhUX9+edPN+/uv7mIqGeDSFBY6xnhyHG8F9/ahgHiX9BX5F0GH5H+"
    "9JWT5X+LXLTGS2vxqra15FEG7ixvG2wsbyv3lbfitoLd5c7bn39NOc5jxmN4Oh2F36vvvm"
    "vAMBtVyXH0XpFlHwcB+wq+9dWPNasi1R/Yq3KqS0CB7yWxg8l/Jg7xSxrMCazsGqIf3/39"
    "sbCRJPx+8+n67yL1tx/vbiJyPD9Y02iW6YeHu883ohjYXqykqKSAEZc5xWj5Os5av3jTYK"
    "lfvKlc6fwtCcMW+wnSdf6If69Qy0WcAdtKp8W9fd2/8/Hu81+T4eKKL1Lv0SWmlh1S36Mq"
    "1Is4oL4d9b618xyHqR5Icpj+/Hj7F8ZeQLa4RgrCFOJev5/g2+QfDeSy18JPccP/y/Xju8"
    "f3n97NC0JJXv1G3JX4iw+P15++TP7v/eNPE/7fyT/uPr8Tz4V03OM/pvzroDDwLNd7sdAy"
    "T0fycvKSTN4Us59nk64yL00DctdU7sR9xm7g0VdrF/qbtmKvmAWkrqnUHeQHFqZU7Vgtou"
    "BQVT5UMwLbPWYlPDxgmj5gNtP7g7a7aRHcg4xP2UjWWMjhbtleyEUwCFlXIUexPEs1JpdH"
    "HY7MnYA0xwvO8bjo6kkam0vjqkVB/MheJWv3b/g1EsZ79sWRK43DxeHhh2SaE5PBH8kqS1"
    "7Njm+KXtJIcmHxsR+/xA6OIxL37Gm4f3/LWOYkL5D99ILo0qpgOxfStNiRtGQaPmE/VxY1"
    "2s/049/usRPFhiq5/5RNepvOaZAsisbVdufRwPrqLTqy9j6a6IO3MJap1ID0X13bcrx1V8"
    "aSCR/YfB+9tanExQ6Xblzd8TmMJsjaED9aXTR0+yDrp3i6+9A1lbYVZrrpLlw4xI6D/d1Y"
    "+5FN9yWbzVTWvNWq+9PI5zCVoO5HYbNDUE+vRpkbrod5cy+nfxU0s+JbOfcCCtCBM/LOxY"
    "8e++MgobfxXAaRWqNYsMEr0g9vBQ3jNprXIA75MtzOt8LC3Kci7afj4DqtvpyYW6n9V6bp"
    "VhghEabnrF07yxp+YuKAhF19fAKzSXXCbiSrEv/VCTDJeAMT6fpP0fUxe+gCy8fIwdJV7i"
    "L6WpXnJUDFVNHXAPsnSHndAt4nbaV+TcbszfvP1/e/yKNGN5Ikr5tfHt9dC1JYse+D6Y4q"
    "JjUKMAMX/EDZXiokHyOfLnTtDbafcPJtTo7l/ddvGR4rgCEEqmngBP++I2y6djIugkHGms"
    "oYwtxnIGQIc5+BkPfGr3Kgu4iDUHdfoe6cM6JbsDtXC31icmga7i4uwULA+/b64fb6L+/q"
    "4t1KHlg1r1icZ1D2gqX5B5VeryiCP4CTCzxaujz6sxqPlu0tlUzQZHw/FuhxBVAwPN9838"
    "DwfPN9peHJ3yoantHfCtQm4w30ncwbVYXOa6pC5+WqUDukFLu2Un1zHmMgz5dNfLLVLtkS"
    "w17oBlSN4AxiIL9NfN7VLu+Sx5ubIf/yXKVdIo8xkOH+t+H9F7Yc5K5DpjupkC3DGkh6z0"
    "0RErbU6/XLSCjY71CwD01voOmKgfsLeILPwEkInmBDhVxyRDapD0k6KHbL5zTPPwklIK2Y"
    "2lFvGdpBR5q+xLMYTpK1RYG9wf1w9YnPZSphWf4v+4uSrpSlSb/vEo+K2aRtvWe8Zf/ui7"
    "ZP+/lMZc4O/cDbdq4Bud1PYypNULUGhUTdCIJCompufKYaLEPefKs7Sw/JXObShXbECrwn"
    "3LXG8XpHHvk0ptIULknQjxZ1zadqqkGdClcDJpIkJXqSmw6y4r3qmw72xYLRIEgnObt0Er"
    "jRYLRyKfCCG+og1SRVVjwLz2R3a+WezlcO9+NbzFUvG+5m5N0/euj4YRI9ZfWuQbJ20kyg"
    "71RtrfaBHvK0KxqTddGZJQ9rbT+C3BPdqBlBsqX0r1X/mmjs0dFX/khOIPQm0OZwaqh656"
    "XXTgsXZjBQIZ9fXTVJ5ry6qk7n5O8VdfKEtYgoBeZF3Ij13bvNq0/suDPKKZZ3rwMiSTGs"
    "pjoZ34pizfxDArdNUmcvqlNnL0qps9udErX74eYxO8hesaBIrZlMCgCCGxFMAry11tQLd4"
    "rnYAkIhDci/CgFOVrT3HM9zo4SppptiSu7S6NO0xaAvfiDjk30iEp3LtyJHK4btxSDDA2y"
    "aCuLgD1pVLGDUh5j3nbTv3aNnhFhP504JFDa1kWceVz3X6j2W4jcQMpz5YaShxi0kcwvvv"
    "/h+7eXb75P94/0lbpto7xFsOmXJHEdNy9hzYFg4R5euA5xn8oE19zttR9vAredSvpaXOtF"
    "tmiNLVXGiyjgXZ13tIz3BORYGZnqBa4HpulU7WqShFoUu649b+1kjmubEbX2ZM0Lqh+Tmi"
    "ngmVF/ZvJebWuHgo2KLKRgkEKLnStg32cRBi3K8SVQ2KG6lePHdpHTpiI/D4Wi/OZF+aGb"
    "Uteymrg0ATSJ1TVfDpIizRcytAY4AyHv85LUM18LOGgS2y35tSSPsjCUm8Q2vgNKNzk0Tj"
    "4sLMGebkVN7SGKXN/p4568ckLiYza3QeIpZRtb1HvpIeP4nu1chrI0dn8MPZXhUevu6p/G"
    "JunEwtOrkllc2FUicM9ZxpLP5B+T9lWEHGNtdIDZpDrHuE0PTeidqdLbLiCBzDlU7SdNAe"
    "AbVfeN5r+mAucCDJhXZx5s+DOw4ZuWpNQd4I2LUsC2rz/Xa2z7Cu2sm51vdAXrTDD5q1ep"
    "RnfERGWyZUsiqZ6tNBiiCt0hrIKcTymvJUZfDywCbXYOsAiOaRHof43MdDoKrxeNLpG5qL"
    "lE5qJ8iYzvhVTWq6Za+c8QBjA8ttqPAyQJIVSTnYwHqpWpdpAfWFtvSdgnSo7ImvRcEQjk"
    "K5O/Ig62NsiXpLzV3aGeAxlA+tB55xSjJabWM6a+1IFTqQKWgePZkt8Nqw72VjpBse0xey"
    "O6z0uJ2iIMiBWJjbv0t3V9CWhIRNPU9QXpK3q5uCB9pY/0lQb+K0i1OGoaQcKW3M2357HW"
    "0xeJbAhv32rvZ5R5m8Hbp80mOqvx9rGlUWHV1Mkgj4ITTVEYhWLmALtBCwGISBBCayH4GL"
    "vW/qIt1b2ojAVBtBZEdFSpSiAHAupbUw9hfY0EU2PzJApXN4PHsObKM8HayW0JclPnwMrv"
    "TjAkSuiWKBHff8lbZEePsWhJFd6e1ZhT+7PejkbCnShnajRBY2alONEwrSnTh7Up5xnCQI"
    "77bxS3wCt27Cl3mBBg0F2ifXcJtAowVW/xUUAB/x26e6S3bysbQyUo2EB92UAZtd0VdROv"
    "RRf189JS1E4t5/xX6eR72RxSyPlVpaCNn6c2DgnLQycsn0ZKra6aR9tkQ9X+egWQAcmGY5"
    "NOfEbmdhedjOXt/EAvtzwSWrk1b+XGqFvSV4uGEhvnEOc54IiUp6+cMufsc1eEbmXRhMMr"
    "PQcF3hV4Z8aI2t0GKcCIQ1RwCjZJHp9XJ4/PS8njGz4PxUjqL6k+NgUYHJzqJUCUepQxul"
    "Ra3EWUAbQPXRwRE7bFvi81dmpKrkSgAWSPvcYXr7xncuAFSHJRb52tLwANutNj5ByVmMil"
    "58q084MCSHDGVK+MzH6SQty0aGg/3Bi6+7vAJm5JrMBlDgF0llqBx42DFOjMIYDOcmf1OE"
    "quRGgeA5SWyy6/YlttieYhQGjJjH4iu50SnzkE0CnSuSQ+YuwgqkSpgAJaRVpfEHXZ56ko"
    "TXkIEFpapziINkXlhJgSEHJi2ufEUMx+ts/ZXChdHyriDHBBCP7MRr2M5jW9jOblXkZw+c"
    "kZNBbwA9S+e0QRDM0jNJXxirjE37QVsoAGKWsqZW4Hu9hRbxFSwEGqaGsvpR/w3HPlKt4c"
    "CsjvK083YrUsCNUU3YdkmhOTQdP03Pziq7hYSLLFdOf1NpvIUGaLu2qHS5uKRX/det+IlY"
    "aGcC+rm9hRj/2IbS+EfYnnMomxwdPqE86qUutznB5Kr09EGY2FFPvzS7Ensqh7JfnJcJOU"
    "qd78mKuEsqausxRgYBbgIB3Aq3IA67yT46f/jcZx/5loLXLQjpJ9ponHoo/8s2fkhEqEpw"
    "ADPO1jk+3jZ0xJoBTgyGOMWOGDVpRBabWOLhsorTantDppPFW2/nItqSrtvuS64P4Nvl8z"
    "x6D/FEKbWH02hlmNAchFpXIYxsMNPAcH6WVEfIs9X+S5Rd1phoOq0+aVeOuAKNmHyXgT7o"
    "UVDPAmxuFFtXF4UTYOd0rU7oebx+wgO8WCIlfJeZQCgOBGBCfN+CKeFHgWcebR3X+HOTuk"
    "FLu2kpmdx5jH8WUDii8rGb4sL2ZiY2tLXI+qKc8CEIoWWyekIN6Tpa0YZGiQRVtZBOxJo4"
    "odGPIY87abAbZ0z12SJJ7feE/Pg8xjuf/4i0PcJ5VYQDLeBG5H7wq1RWtsqTJeRAHv6ryj"
    "ZbwnIMfKyPTVu+HWTwOlQO1Lgdaet3ay9uU2I2rtUYk2X/2Y1EwBz4z6M5M3QpXbB0rBIA"
    "V1Kex/gNWmL6kMa4IMhm1PilY4eLX8wLMlh3SNdVWEGWRZ9d2tBAoQO+8sGpct7TuitBNy"
    "EQxC1lXIGl7xpufeCSVrZpMPJWsjl6zpc8WeZhtOU74b3rCnVtSWTLRFgb3pWtW2F8EnPp"
    "c5cpDb1hS5fkxHP6Q9ZhMatGcUfajuM3bZpvFqsb8o6VxDmUz3js32aj5pW+8Zb9m/+6Lt"
    "034+U5nz6BJTiwSda0/v+ETvg0Z1p6e4pzHzAtPnPvay+2wmY1fVaoVp1wXF5zCJoOET2G"
    "OdojKLPVU5DqWyJ4pONPZQRvv02p14Oy4hj/7Jn1C2XW4XmOLlhJ3VL5j+efKyQcEETfY9"
    "BtiY0H1iprc7efjbzxOPTv76+P7zZIvZ8MmK/TfYEH8S6c3fTgXGh/6s+hz8nG7J//uEXy"
    "ElXx9bdTZpdAmxSoRBgBmYon85b5JFN69Oo5uLAQb+VChQvB9uIrWNyrUva8q1L8vl2vE2"
    "p9xRUoAZyDa0lARnfztnf1sHPzj1wal/kuSDU38wp35axizZYLrTarzzvsZhr0WBeN79XG"
    "llCz7qg7Z23kneyOCupl1qvuaWX5opBWarNrvxrMZshdu6h06HC0jgKLUKSgEmZBqOn+2Z"
    "fU0FzgUYMK/OPKStgSU7pCWrm0S1sKaOoPjrJoeT1/yF/AlJf+BSgkV1g2AxtWNodd+zYz"
    "ME1H1ttotadT+Rl4q6n8OM2L1yi+ImP6dYEcwo2kg7w1Qu8xwC7por39nJ01mw2p2dGQQI"
    "rbimF3R10NVBV4ewkynkQ9hp5FoSMD/7MD+bVIqMYX+mieg1Jmg+Wb2BFZrmyvdvh4LBqc"
    "u2OzPC4BwtvjSYucm3lACpG50ZDiylKtNTmdsyEMgttbNAoa8UeU4BBm4L/Xf/Y0etrMVl"
    "TQ5vAjDgkpoRcnddT9a9sjrInIw3gN2xg8uQJn0GDqusUFTZaVKCQrJ0W68VuA3BbXhe5I"
    "PbENyGujLbyG0oP0S702tgwwWR35LioKVn9uHVtW89d0XW0xrfbG7UrJF31mcAThFDgIP2"
    "TB20xLewy/mRSeHAbWc5IFx31vy6s2M2yDXan+iFgeWtYoasYMNM040nu9y92oysnADILq"
    "1ifnj8C1OvaiHX7h4SNGwhzbcQSOA6A3/YvsOQsiugiOtn5zoTTankClDR+0uSK4vtzsWP"
    "Hvujmf11m01zUvJqanwVF2qDkozejKmP3kFLig+ZNTejHA9sKJN3hlmNDfVE1G6BTcYbGM"
    "Xuv9sX2yPVLglMAQbS23+SQNxHU8VGSgFgE5Vson1mZFOLfj8ciCxlBnGnJN0qlfwUMECp"
    "SOkKEamTr5LPDABkloLkPBFNhcwMAGSKZGJKZXlq1YlUKQAyqZQzqZh2RFt7jopg8Bzp6j"
    "laEZf4m7ZSFtA9iFnP4PCpS1kn/+CxrSQdkoUqvX6qeRcd/H56PFn9e/7GSrnIUl7K7sFC"
    "OkylXzB33Un//sBf4+n5xA5xsQUXBGi1OcxqnISpvEoyqKmEy2EM9GbNr66aVGVcXVVXZf"
    "D3igpudLGIpew1FGAGst2/7zDOk2jhoC3AgOomVD+FShTHw03oYznClrEOiFKBcjLePHr7"
    "r02G9rdjend+C5HLCJQoGZVaXh5iki3YX7MslwTWjhIbW1viyjyVdUq0DA3FaW1rowIvQE"
    "4bMQhAkEBrCbDjgioqfHmMCbv60MoeRD8HaDXh2thRC4AWMEBpKdlhQ3Y7JUJzCKCz3Gkm"
    "CKmrxGceAoTK9Dbf+urLmk99YK9W62sZSox9ETuY/GfiEP8E9YVOtohodsyK4awPD3efRV"
    "tk7whv18kBQlMn28VBs2WvRWgwjdp0CwzeJdOc2DOgWI0Nt94do4tAdbw1F0Isd/aU5A7f"
    "7Gf58W/32Klq5VjTWNQMIQjaHW8HGF/B142x+2wmg3aCkmXB10IcRe9G18N+roZtLE6Grw"
    "FzIPIrrJwFIay/yjyI/IqPBg6RCJE2OoGLaPTThzgG+gIfMfYG0aD+vQpLzDUpJTdNHgJu"
    "mrLfy8FIrZgiDwFCS65u6JVqfu43Zuy1FHEeCrn9msr36L1wdXtuz86Ner4COORHPUJ3S9"
    "2EoehQPdjeErqzGnap023oB9428pWIDpz0rVmN98beD4KeNmfqoNki+oSDnYNsxTKKAsxA"
    "N03/HW7IEkc+Fyv6fbJF7yL6WrXoRazYRvE1iG8BPzHS6xb0PgEh1eMZtzfvP1/f/yJPnb"
    "6RJCzc/PL47lpU9th257nIsXyM5P1wawQhAbeUxOkYVEMJAjwYZ2DhQgvTMxAyo9xv7afK"
    "Y8FRpamE4bYafbwjcFtNI6u9wW01TXKhIt9Kx+yUpgl9eu5do2alxFRVdOWo9WXEgurfkf"
    "FrvuNL0tEkTWGERBRttswZ+Dl08HOUHhEFvmVYA0kfpL1BzJkbbheyHPRqzkUc8N2Mb97Z"
    "JJToBfUtq0NZT2UjOG6S1zavzmubl/Laks1Anegy0kDCLxpddn1Rc9n1RfmyazukFLu2Uv"
    "uqPMZAni+bHJDV56PIMG/25bfpbSAAwZ5une7hh4vWHSbKWKieay0HXijOvlYrOZSwIIe2"
    "cuCNO9o0W8nDgP227C+Jb3uhG7QRQRkLcmj9FEDToWOnYUJkXo/IPC/BkrXzqy/aMqefX9"
    "EAeNvAAHhbaQC8lbR9CnjV6wb5G7WNRkSCCdB6q0EBZ1KxMrEAMuBSEsGB08ifMK/xJ8zL"
    "/oSUMotiJO3RU90iVIY1gPVODXraXAXD761s4awswkYknn8yXo6z6Ado4cx5U77rqIiCVa"
    "68yqMYXcsUpAIWUpA0TUFKnPqdMgrlk4DMdZU5pAibL2RIET4DIcMtZke2eJNSP3UJFIHg"
    "3mwd7oIc6nHJhxzqEXKoJZt8d17P+mrECm5z9dwdyc3NdFr7dmNyi0dWgV32HSaff/74US"
    "H7v48GlSa2oZCkn8YOQ2tD+M7x2gNlD9GEP8Xzmcpd0gm1pyaoJtGkVGoirsYdenU8tKyj"
    "9c7Fjx77o9lq/BJPaM7O+UeL6pz9w3gfyvrGiiNmB+/Q3e8VFg0bdpCdXk+YYRpu+TSTF+"
    "Q8TbxnTCdosj9T/+RPdsgPJnFB0LdTgaAWcGhvorGWP5tUl/20uLQUritViHURpme289vl"
    "oeB+19VpF1JfLY6ZISCGqRzDzCpYi3TX94CUheehP24S/VFgM4cAOkvXbMVxFgU6cwigU6"
    "RTOUEEckPa76sQRT4DXWVFXOJv2kpZQINGqqmUIYysVxwNIj59RHzSe++qQxJDt9xJPJsV"
    "Hr2c4/OAOy/xuTZz5T1ucM7v5nC/G2M85F7sibeaIDd2w80mK49OKN456LXs0Gs7Cbj1NN"
    "50ZjVuvf0aa1cnVsJCmVjLMjGKbUye26pcAho0a111Ll1ueD6Tja+kbakoBQfvIk7inc20"
    "stY3ER9VVk01ssP3EPerYxVzGSo0rVLCwwF9q5hx0UjrqiYSNCKNN4Y6jWhFvW2LIj8BZl"
    "7tdv9dydhBqc5zAWRgaHmA5m8o9JUi9ynAQHr7j9yz40EWf6ipfU8ABsQfRqh7dz1Z3kl1"
    "eCcZbwC7EN3RaSMBGxR8/m2UzRqff4Vl2epixhOUwUDW5Vje/jRJvGx/5vPHK63ONFcdTM"
    "3zNDUpXmHe71dJOy+A+lFyjiuKggr5pon586ba/HkjMX8oJWp93HMQA7TIEXpd853ribeQ"
    "Ve+ZL4Eax/kgdtGpNaM6YRMfGlEd1RxdqPXQL6AMoH2MvYS3AG9r+BfBYPjravgzs4k8M9"
    "WxpZhFOCR2aipn8OKdgZCh09cZCBlcteCq1UQGnV21alfFJq7RPvrFJL5Y01rGjODZjiir"
    "9m4njB70cMdi7N/N/Wv6CfHTnHQYgrtk9dlTZzUO8N9C5AYkkNj3lQLIQ0w63Xqrh82egr"
    "aaQwY1ieAj3MgWb32qXSqLQBBBXxpc/qjopsQZ2B1M1OOEVSiPusu3nZ6UZMPUtQpFOdtr"
    "lbXlAfW/HzFefgkXDrHR/veLKqA4ok4LXLGx1i4bPIgimCufdZC7DtnvAi1Qn325TgtM5V"
    "WSQc0taTmMgTHMni9K26FAckFadegyGW8Es2OHLXGA1ipLORlvBNnCMm4Sq3xbHap8W4pU"
    "Uu9Fpa1XMtwkLbo3S5HiVegrNaLKIaARlUhnWu3eXI9IIcawOfY9t1yrbN+rSIRDKEzXUJ"
    "i9wfZT+6vK8mAQsq5Cphi17oCBIC9Fc+lCwzG9/KHQcMyAhmOrVeQAK/W/iF6f1bW84COG"
    "9sTtqLcM2czgiNNmQ5jVOOKSZe4/hSoODAFmoB9jfnXVJOn66qo66Zq/V7RdiG+xp448S/"
    "yeN57nYORWrPk8Tuy4xoBDsZ08DyN3XLu7+1jQcG7eiz64nz/dvLv/5iLing0iQVVI9gSu"
    "sJguySqq7wumo6zs/otlntmxsj9smu/jOdB4Ct6FAZt5YTsJ6Voa3z60nWS4EbeT9JWT3U"
    "/4ubfucn36GnwS2lutPk+CaLWniUjw8bbMpOI8tsgULOEMum+5t6BFRNKOEhtbW+LKClwP"
    "LnEBbRDLx1jo7UowMyS4PzU9SNivWhG6ZUd+i71MDjboUevvsqqUqda7WuUUBvE98taWUd"
    "pOWRbgsMlpuslF7S6Y4JZKfpYiyriWDf33NIoJ22Lfl6ZNHrj7LA80gOzR25JAHPPIST9x"
    "VElZAEUcCKC9oRJ4FKsXNuVQQH5vVU2c1bIglEuakmlOTAaN65lyi6+i0kayx3fn9axzI+"
    "TcJkkBnbn9kk1kKLfFE0ujvJMP3mJazjrhr85qck6+egvodXumuSVP7Mer2ITJeAOzSfq3"
    "Bx3kqlbPmVo5dzlvQO7lvJJc/pbQUOHFVWtpmwIMpPdi3qQ0kY2qzhiZl8oTEV371ldfFm"
    "D9wF6Vs1wAiQ5BYgeT/0wc4p+wdtDOoSH6LmZFJ9+Hh7vPokNjf6Y+YaU+q0WUgfddDZHz"
    "hysCPzW+0apojwEUD7KZ7JjaSaUkP2yR49R4hzLceO6Jq4FzNS7nP7xJ9Tz+nzrN7uHT9c"
    "ePJ5o3+YJIwPkYZ+H2njW5CwOVuuZkuDHJkr3Ff4lvMXIstGafILH3DmRCFqCQDKmQDImC"
    "AG93Sos4DzEmOa6/RAaK/I2soLw6wJQhgM5Ss4PQVWocsR8OREqIbFmjmwIh21nX/I01ec"
    "ZWuGsn4CIYhKyrkJkG5GML7zxb0hSqziMuACEdrkMGg419XxpCrzariijz3AFD5Umt0JY4"
    "ak4XAWdAltTQBixk/kHmn+mZf+wMZt9fOVIhwDrFKjTbwMcOVcDdRmegn9oOIu1LBQpgKB"
    "TQVMYr4nbo2yegQcqaSvmIqfKaCfSsErXPlnt98rQ1E0HnNG32BSaff/748ehp2idKbE2W"
    "dkZtdSpxRvlXb2Elgbtu97J98BbX8USnq2qPeitbjjBp7nWOzboUbCsfdz2Yij29c/GEei"
    "8TjOzNhGtTE9/b4mDD2Jm8YDeYvFCP/5MEmwmasPkZERsGwYjZu/5kgdnI5YQE/sRBfjCJ"
    "/BCzieewjwkmK0L94NupQPlYnwnJ5BqfpbNJdTI5DSUOmLpYbmtVRrd9p/fb4sLA9rZKPt"
    "scxMQE54E846cUhDh5sk8lDHHyobXTCkRo4rDp5ZIh9jNbOs/yUHCC6+o644q6qpKZYUzS"
    "dY7rt/ka17R2cy/sC2NPjP+mvoVs2WlUofyR5ypNy3Zy/PqsxkSOspyOWKd87HrD49qXQx"
    "UIVRuTkIw1ksaonnDYLdVQt/30ODEgZP8WEtpWWRTQoC/qpC+W1JajnLRf4p1QctYm79Sd"
    "tvt99JgHrtrG32HD1/mo7Wu/r7vmeSEL1dV1qdgDjPAQCNXl3zW5GpeNqq4u/650OS6zQm"
    "jr7LgiGDZ6nTb6vJA3mMlpgVHLVuEiHAStq6Dx7zumefktnXwFMAhZJyHrobbdM1l/JFsS"
    "PETdGsramzCgTonj68Zy+Fgr6v0wyL2CqZvD2/GFyueAewU1MjmrNb9je7S00vwGaXqTPR"
    "IqLOdBBjLdvwsr2tyU63+KKGhV1qVV2W7Zvv6nCAadCHQiUSd6sDd4GTp4Ke9vW3i7Th/y"
    "k4EWtLw9X7Un+lvhPE7GG3gUXzRyd13UuLsuyu6uLaJPONg5yFaiWYCZF7rrvwVusp+p0J"
    "zHwIputqK53vEvT62Xcx4zYk0/07amJ6rFE9/CLv/xstPxQIPAHBCuXm/eHXCvcFkLpQzo"
    "ImrExb0i8b41/Opu4guo9gSU/AC83MVq3aFNQENZtUYGUl7KLv69g5QFNEhZUylHT2OULV"
    "8WcnV6fREFTX7Ur/eDFjPmP1vgRzwDIUP3i6kuVRTQ/aJT94vjllJc78ij94Tdadkjnr41"
    "q/GGox2xAj4KPOHgCT93T/ggiZ/UU/PNJuMN5HeAq1koXpHfVejNEEBwA4Kjs8HaIF9SHV"
    "Tj9y6gIB//oNsbDNszsHn0ShrWUw8/dRlHLr7Qb/soi3CQs6ZypviZnXEtpVwEg4w1lTH4"
    "qKbgo9JBBKfuowqXJHjnBvR1KvFSZW/O6vxUfJiF2TiiWzkyuKrGclUxccsCrtV2aAow0N"
    "YfxFnFCFMsVMkQBnI8QJVKuPiKbYnSWJOsmUEMpHiQZbzEASKOcjGQAIPLgOAyoONLAwwk"
    "zR8tMJCOLoLOBlKTexaGtJAwJfZmKrGO4jdmdZZRNkQbk+hc7KGOrd6rLZ1nTH1FRTwHMV"
    "FNvLpqoiZeXVWrifw9wdphz5QCw/vhBrI7SMEU+8QAuxL9j+uLFYpfBjmXUnxORi/a91Gr"
    "tP/4f3o+hLA="
)

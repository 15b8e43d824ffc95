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
    "source" TEXT NOT NULL DEFAULT '',
    "etag" TEXT NOT NULL DEFAULT '',
    "last_modified" TEXT NOT NULL DEFAULT '',
    "file_hash" VARCHAR(64) NOT NULL DEFAULT '',
    "context" VARCHAR(100) NOT NULL DEFAULT '',
    "is_complete" INT NOT NULL DEFAULT 0,
    "record_count" INT NOT NULL DEFAULT 0,
    "import_id" BIGINT,
    "imported_at" TEXT,
    "catalog_id" BIGINT NOT NULL REFERENCES "catalogs" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feeds_catalog_76f1c4" UNIQUE ("catalog_id", "language")
);
CREATE TABLE "feed_fingerprints" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "import_id" BIGINT NOT NULL,
    "records" BLOB NOT NULL,
    "feed_id" BIGINT NOT NULL REFERENCES "feeds" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feed_finger_feed_id_9375cb" UNIQUE ("feed_id", "import_id")
);
CREATE TABLE "import_jobs" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "language" VARCHAR(8) NOT NULL,
    "source" TEXT NOT NULL,
    "file_path" TEXT NOT NULL DEFAULT '',
    "file_hash" VARCHAR(64) NOT NULL DEFAULT '',
    "etag" TEXT NOT NULL DEFAULT '',
    "last_modified" TEXT NOT NULL DEFAULT '',
    "is_complete" INT NOT NULL DEFAULT 1,
    "is_dry_run" INT NOT NULL DEFAULT 0,
    "is_confirmed" INT NOT NULL DEFAULT 0,
    "applies_id" BIGINT,
    "base_id" BIGINT,
    "state" VARCHAR(24) NOT NULL,
    "held_code" VARCHAR(64) NOT NULL DEFAULT '',
    "held_reason" TEXT NOT NULL DEFAULT '',
    "error_code" VARCHAR(64) NOT NULL DEFAULT '',
    "error_message" TEXT NOT NULL DEFAULT '',
    "bytes_total" BIGINT,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "position" BIGINT NOT NULL DEFAULT 0,
    "chunk_rows" INT NOT NULL DEFAULT 0,
    "rows" INT NOT NULL DEFAULT 0,
    "created" INT NOT NULL DEFAULT 0,
    "updated" INT NOT NULL DEFAULT 0,
    "unchanged" INT NOT NULL DEFAULT 0,
    "rejected" INT NOT NULL DEFAULT 0,
    "skipped" INT NOT NULL DEFAULT 0,
    "disappeared" INT NOT NULL DEFAULT 0,
    "warnings" INT NOT NULL DEFAULT 0,
    "problems" INT NOT NULL DEFAULT 0,
    "detected_json" TEXT,
    "requested_by" VARCHAR(200) NOT NULL DEFAULT '',
    "decided_by" VARCHAR(200) NOT NULL DEFAULT '',
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
) /* One product that a dry run would change. Values are those of the fields that differ, by column name. */;
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
CREATE INDEX import_jobs_store ON import_jobs (store_id, id);
CREATE INDEX import_jobs_channel ON import_jobs (channel_id, id);
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
    "source" TEXT NOT NULL DEFAULT '',
    "etag" TEXT NOT NULL DEFAULT '',
    "last_modified" TEXT NOT NULL DEFAULT '',
    "file_hash" VARCHAR(64) NOT NULL DEFAULT '',
    "context" VARCHAR(100) NOT NULL DEFAULT '',
    "is_complete" BOOL NOT NULL DEFAULT FALSE,
    "record_count" INT NOT NULL DEFAULT 0,
    "import_id" BIGINT,
    "imported_at" TIMESTAMPTZ,
    "catalog_id" BIGINT NOT NULL REFERENCES "catalogs" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feeds_catalog_76f1c4" UNIQUE ("catalog_id", "language")
);
CREATE TABLE "feed_fingerprints" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "import_id" BIGINT NOT NULL,
    "records" BYTEA NOT NULL,
    "feed_id" BIGINT NOT NULL REFERENCES "feeds" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_feed_finger_feed_id_9375cb" UNIQUE ("feed_id", "import_id")
);
CREATE TABLE "import_jobs" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "language" VARCHAR(8) NOT NULL,
    "source" TEXT NOT NULL,
    "file_path" TEXT NOT NULL DEFAULT '',
    "file_hash" VARCHAR(64) NOT NULL DEFAULT '',
    "etag" TEXT NOT NULL DEFAULT '',
    "last_modified" TEXT NOT NULL DEFAULT '',
    "is_complete" BOOL NOT NULL DEFAULT TRUE,
    "is_dry_run" BOOL NOT NULL DEFAULT FALSE,
    "is_confirmed" BOOL NOT NULL DEFAULT FALSE,
    "applies_id" BIGINT,
    "base_id" BIGINT,
    "state" VARCHAR(24) NOT NULL,
    "held_code" VARCHAR(64) NOT NULL DEFAULT '',
    "held_reason" TEXT NOT NULL DEFAULT '',
    "error_code" VARCHAR(64) NOT NULL DEFAULT '',
    "error_message" TEXT NOT NULL DEFAULT '',
    "bytes_total" BIGINT,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "position" BIGINT NOT NULL DEFAULT 0,
    "chunk_rows" INT NOT NULL DEFAULT 0,
    "rows" INT NOT NULL DEFAULT 0,
    "created" INT NOT NULL DEFAULT 0,
    "updated" INT NOT NULL DEFAULT 0,
    "unchanged" INT NOT NULL DEFAULT 0,
    "rejected" INT NOT NULL DEFAULT 0,
    "skipped" INT NOT NULL DEFAULT 0,
    "disappeared" INT NOT NULL DEFAULT 0,
    "warnings" INT NOT NULL DEFAULT 0,
    "problems" INT NOT NULL DEFAULT 0,
    "detected_json" JSONB,
    "requested_by" VARCHAR(200) NOT NULL DEFAULT '',
    "decided_by" VARCHAR(200) NOT NULL DEFAULT '',
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
COMMENT ON TABLE "import_changes" IS 'One product that a dry run would change. Values are those of the fields that differ, by column name.';
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
CREATE INDEX import_jobs_store ON import_jobs (store_id, id);
CREATE INDEX import_jobs_channel ON import_jobs (channel_id, id);
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
DROP TABLE "feed_fingerprints";
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
DROP TABLE "feed_fingerprints";
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
    "eJztXVtz4zay/issvZycKp1ULMeTOftmz042MztjT9nOns2mtlgQBUkYU6QCkna8u/nvBy"
    "DFGwhSBC8SBPXLXCR8kPQ12OhudDf+PfEp8b1v362R52F38ifr3xMPbTD7h/DO1Jqg7TZ7"
    "nf8/RHM3HukkY4J40DwIKXJC9voSuQFmLy1w4FCyDTnsT5YXuS5/0XfYQOKt8pcij/wWYT"
    "v0VzhcY8re+PXXSRD6FPOJN4g+4XDrIgdP/vlP9gLxFvh3HPBh/L/bJ3tJsLso/Qay4ND4"
    "dTt83cav3ZDVBy/8MR7Lv8jcdnw32nj5+O1ruPa9DEC8kL+6wh6mKMT8E0Ia8V/Gv/iOhP"
    "THJj8iH5J8ywJmgZcocsMCE3M7f21i27d3j/bD+0fbnihw5/ge55191SAmYMW/wv/872x2"
    "efnD7LvLN2+vvv/hh6u3371lY+PvW33rhz+SL5OzlUwVc/bhLx9uH/kX8plwE6nzF/6IMS"
    "hECSoWRs5+UWQVMbCFReVCEGCCNNjPFKWRct8kjvSFXB758jyEQDbod9vF3ipcs/9ezhq4"
    "/tv1/bufru+/uZz9d5nw2907s/gtTn1hoQc2e+jIs4ToG993MfJqFnwRJzA9Z8CxqE4fhh"
    "GoblrGd3efYl0SBL+5yboWFvXtz59v3t9/cxFTzwaRsLTWc8KR6/ovgb2JQsS/YKDIuwx+"
    "QPqzV06W/w3y0Aov7PmrmmopogzULG9bKJa3tXrlrahWsLfY+rv9ry3HRczhGJ5MDsLv1X"
    "fftWCYjarlOH6vzHKAw5B9hcD+GiSWVZnqj+xVOdUVoMD3gjih9R/LJUHFgjmBld1A9OP7"
    "vz+WFEnK7zefr/8uUv/u091NTI4fhCsazzL5+HB3eyOKgeliJUMlAxxwmVOMFq+HWesXb1"
    "os9Ys3tSudvyVh2GY/QbrOH/HvNWa5iDNArfRa3JvX3Tuf7m7/kg4XV3yZep8uMLWdiAY+"
    "VaFexAH13agP7K3vusz0QJLN9OfHd39m7IVkgxukIEwh6vrdBN+m/2ghl50VfooK/8/Xj+"
    "8fP3x+PysJJX31G1Er8RcfHq8/f7H+78PjTxb/r/WPu9v34r6QjXv8x4R/HRSFvu35LzZa"
    "FOlIX05fksmbYvbzHNJX5pVpQO6ayp14z9gLffpqb6Ng3VXsNbOA1DWVuouC0MaUqm2rZR"
    "Rsqsqbak5gt8esgocHTNMHzGF2f9hVm5bBA8j4lJ1kjYUcbRfdhVwGg5B1FXJ8lmernskV"
    "UftP5k5Amoc7nOPnossn6dlcdq5aFsSP7FWy8v6KX2NhfGBfHHnSc7jkePghnebEZPBHus"
    "rSV/Ptm6KX7CS5tPjYj19gFycnEvfsabj/8I6xzEmeI+fpBdGFXcN24UjTZlvSgln4hP1c"
    "2anRbqYf/3qP3fhsqJb7z/mk77I5DZJF2bnabH0a2l/9eU/WPsQTffTnxjKVOZDBq+fYrr"
    "/qy1g64QOb75O/MpW4JODSj6s7PofRBNlrEsSri0beEGT9lEx3H3mm0rbEzDbdRnOXOMlh"
    "fz/WfmTTfclnM5U1f7ns/zTyOUwlqP9W2G4T1DOqUeWG22H+zC/YXyXLrPxWIbyAQrRnj7"
    "zz8KPP/thL6LtkLoNIbTAs2OAlGYa3koXxLp7XIA75MtzMNsLC3KUi7abj4CarvpqYW2v9"
    "16bp1jghMWbgrF0nzxp+YuKAhF19YgJTqz5hN5ZVhf/6BJh0vIGJdMOn6AaYPXShHWDkYu"
    "kq9xB9rcvzEqBiquhriIMTpLxpAe+StrK4JmP25sPt9f0v8lOjG0mS180vj++vBSks2ffB"
    "dEsVkxoFmIELfqRsLxWSj5FPF3nOGjtPOP02J8fy7ut3PB4rgeEIVNODE/z7lrDpusm4DA"
    "YZaypjOOY+AyHDMfcZCHnn/CofdJdxcNQ91FF3IRjR77C7UAt9YnJoe9xdXoKlA+931w/v"
    "rv/8vum8WykCqxYVS/IMqlGwLP+gNuoVn+CPEOSCiJYuj/60IaLl+AslFzQdP4wHelwBlB"
    "zPN9+3cDzffF/rePK3yo5n/LcCtel4A2Mns1ZVobOGqtBZtSrUiSjFnqNU31zEGMjzZZuY"
    "bH1ItsKwH3khVSM4hxjIb5uYd33IuxLx5m7Iv3xPSUsUMQYyPLwa3n1h20XeKmK2kwrZMq"
    "yBpA/cFCFlS71ev4qEgv0eBfvQ9AaarhioXyASfAZBQogEGyrkSiCyTX1I2kGxXz6nefFJ"
    "KAHpxNSW+ovICXvS9CWZxXCS7A0KnTUehqvPfC5TCcvzf9lflPSlLEv6fZ9GVMwmbeM/4w"
    "3791C0fd7NZypzThSE/qZ3Dci73TSm0gRVa1BI1I8gKCSq5yZgpsEi4s23+rP0kM5lLl1o"
    "S+zQf8J9axyvt+SRT2MqTdGChMNYUdd8qrYW1KlwNWIiSVqiJ7npIC/eq7/pYFcsGA+CdJ"
    "KzSyeBGw0OVi4FUXBDA6SapMqKe+GZaLdO4eli5fAwscVC9bLhYUbe/WOAjh8m0VM171ok"
    "a6fNBIZO1dZKDwyQp13TmKyPzSx5WBv7ERSe6FbNCFKVMrxV/WtqscdbX/UjOYHQm0Cbza"
    "ml6V2UXjcrXJjBQIN8dnXVJpnz6qo+nZO/V7bJU9ZiohSYF3EHrO/erl8D4iSdUU6xvHsV"
    "EkmKYT3V6fhOFGsWHxK4bZM6e1GfOntRSZ3dbJWo3Q03j9lRdMWcIrVmMhkACG5FMAnxxl"
    "5RP9oq7oMVIBDeivCjFORoTfPA9ThbSphptiGe7C6NJktbAA4SDzo20Qc0ugvHncjltnFH"
    "McjQIIuusgjZk0YVOygVMeapm+Gta/SMCPvpxCWhkloXceZxPXyh2m8R8kIpz7UKpQgxSJ"
    "HMLr7/4fu3l2++z/RH9kqT2qiqCDb9gqSh4/YlrAUQLNz9C9cl3lOV4Ia7vXbjTeC2V0lf"
    "h2u9yAatsK3KeBkFvKvzjhaJTkCunZOpXuC6Z5pe1a4mSahDsevK91duHrh2GFErX9a8oP"
    "4xaZgCnhn1Z6YY1ba3KFyryEIKBil00Fwh+z7zKOxQji+BgobqV46f+EVul4r8IhSK8tsX"
    "5UdeRl3HauLKBNAkVtd8OUiKNF/I0BrgDIS8y0tSz3wt4aBJbL/k14o8qsJQbhLb+g4o3e"
    "TQOvmwtAQHuhU184co8gJ3iHvyqgmJj/ncBonnqJ0f9DTzDlpR1rzO2iTKCutSJWe29LzE"
    "4IHzZyWfyT8m6xgI2bPa7G5Tqz57tkt3SOgKqdK1LSShLOxRHwHMABD1U4/6Fb+mAucCDJ"
    "hXZx680zPwTtsWWzRt4K3LLcBrbd7XG7zWGuusnwdrdG3mVHBm61epRrefxAWgVU8irQut"
    "dRji2tMxvIJCtAQ8Af00BngCx/QEAj+isv4g9WZpjjhgZdxEAxNoCIMUh0gStq0nOx0PVC"
    "tT7aIgtDf+grBPlCjxhpRIEQjkK5O/JC621yiQpBk13VtdABlA+ti5vuzjQraKVSguQIwj"
    "+KLVxVYXDRdbXVQvtiIBY2+zjU3rqiG4J02oiDxgllD2ysmmCVHs+MwNiS+wqtJea3yLsM"
    "P57t+Na4YPVoSxa0uv7NUUYQYVtxy4Si6hsWs8UkBD3pum8UjIltEr7gjZMkNky7QIKpb7"
    "yLE3vBWmW0p6XyPAY4c/FmYzSAJjJntUaJNHZUVmGyO0JamOEa1d7uLEuckBsVpttOy0IV"
    "Z7NNNSt0f9OLZl4vvI9CzxEH1tcpgCmX/6GuIT1rNSHnelQZkNyfz+mw+31/e/yCNdN5JS"
    "optfHt9fi7EurhZVl30BBIt+KEsv3Tv6mXmGdbAVbbzCytPo1Di55o53wo0XkminlN5usl"
    "F224kTj2xnoPBuvdbuON0K1yi0kLWgrxaNPOvFj9yFlcz2rfU35EY4sBDFbJwfYMtfsn9g"
    "K/mJCXZB+PU7U2v+aiVPu8V/ybcTQYYH+1C4vkFjXdZkT0EPWaXo/zhd9DKF0/qAJUMYyP"
    "HwPa3meMl2Z+VieAEGhfDdC+HRMsRUvRtBCQX892hEkF0U3NV1zqHgSQzlSeTU9vcnTLzB"
    "WXQqKktRO9eC81/nV+xks8+p4LcqDh/yBGtcF33QZI1DJipkoupseXTN0VNtBVYCGZBCBo"
    "mRR8/bGz4xErKsIcv6HMg/xeTUk29hx6hb0FebRpKAyT7OC0DIB1bjnH3uktCNTMnsX+kF"
    "KPCuwDvziF2CA+XIVBkHCcNdkzrmKMDK5BdAwHxX5oNQ8TaTDGCELyqcrbWx0Gf1FvqsYq"
    "Gv+TyOv1CiuAQywFwc2w2K+aIYSc926i1zAWYA0Qev8qXUp8rLu4wygPbR3fyYsA0OAmlg"
    "tsHfF4EGkH3oNR4niNqhHyLJ/eeN5kkZCCZKZ+MwJnLhezLnf68AUpwxNZIHZn/rBzW3WT"
    "Ve/lhAAfPdmHfWkfdkU/9FkuxeX1xXAhlD/WCFwYp0ApG119wlFxeoLM0cAXRWLgxJmjAq"
    "0FlAAJ3V+1eSBFUlQosYoLRaePUVO2pLtAgBQiuhtyey3SrxWUAAnSKdCxIgxg6iSpQKKK"
    "BVpPUFUY99norRVIQAoRWHivrsV25UCC1CgNDKg4/DeJdRTu6vACG/v3t+P8XsZweczbnS"
    "re0izoAQpXCo1Kpd26yhXdus2q5tgR2yUOa6jAKm2zANt/udQSurIETd+5WVwdCuTFMZL4"
    "lHgnVXIQtokLKmUuYhHA+76k3pSjgoMOyRUMQrllXpL6KA/KGqO2NWq4JQLex8SKc5MRm0"
    "LeosLr6amzMlKqY/r+/yiQxltqxVe9xKWm5306/LothjxxDuZdX2aeBoCMK+JHOZxNjoxd"
    "gpZ3UF2QVO9xVlF2OAUJh9hoXZRJb/VEt+OtwkY2qwiPEypax9YeruVQOT3ke5TqIuG7sp"
    "Dnz4ROyDcTx8TnCHbOCj5AFrErEYIhP4mTcoVCE8AxgQaT802QF+xpSESscbRYwRK3zUPi"
    "TQkEvHkA005DKnIVd6UW/V+ytc4Vvr9+06mY5y+UAWGAyeIrh3QB/FMG1wALmoVDbDZLiB"
    "++AoHXBJYLPnizx3aDCS46C9SPuWC6uQKPmH6fhOC1qzs1bBAW/jHF7UO4cXVedwq0Ttbr"
    "h5zI6iKeYUeUrBowwABLciOG3hHvOkwLOIM4/u4fuSOxGl2HOU3OwixjyOL1tQfFnL8GV1"
    "MRMH2xvi+VTNeBaAUD7eOSEF8U6eXcUgQ4MsusoiZE8aVWw4VMSYp25GUOm+t6ip2G+8L3"
    "1RV7BvAMvDn7+4xHtSOQtIx5vA7aHPAsgGrbCtyngZBbyr844WiU5Arp2TGajfodI8DRRd"
    "dS+6Wvn+ys0vvXIYUSufSqz5+sekYQp4ZtSfmaITqtx0XgoGKahLYfcD7C63WciwJshg3E"
    "st0BKHr3YQ+o5kk27wrsowgzyroRvtQAFib82icdnSrplPNyGXwSBkXYXc9qbTpnhU67tO"
    "T1l3Qsma2eRDydqBS9YkWqM/x5/zSQv5TKelcNryXa92exS1pRNtUOis+1a17UTwmc9ljh"
    "zkvjVFXpDQMQxpj/mEBumMcgzVe8YeUxqvNvuLkt41lOl079lsr+aTtvGf8Yb9eyjaPu/m"
    "M5U5ny4wtUnYu/b0jk/0IWxVd3qKOo25F5g+D6HL7vOZjF1VyyWmfRcUn8MkgsZPYE9sit"
    "os9szk2JfKnho68dh9Ge2Ta8/yt1xCPv2vwKJMXW7mmOKFxfbqF0z/ZL2sUWgha9djgI2J"
    "vCfmenvWw19/tnxq/eXxw621wWy4tWT/DdcksGK7+duJwPjYn9Wcg1+wLfl/n/ArpOTr46"
    "tOrfqUfEFyrfNtyzADU/QvZ22y6Gb1aXQz8YCBPxUKFO+Gm0htq3Lty4Zy7ctquXai5pT7"
    "SQowA9mGlpIQ7O8W7O8a4IegPgT1T5J8COqPFtTPypglCqY/rcYH7xsC9loUiBfDz7Veth"
    "Cj3utrF4PkrRzuetql7mth+WWZUuC2aqONpw1ua5esuN7ZcLop5VHT4UISukqtgjKACZmG"
    "h8/2zL+mAucCDJhXZx7S1sCTHdOT1U2iWnhTRzD8dZPDyVv+Qv6EpD9wJcGivkGwmNoxtr"
    "nvO4kbAua+Nuqi0dxP5aVi7hcwB+xeuUFJk59TrAhmFK2lnWFql3kBAbf6Va+b5eksWO26"
    "2RwChNbcMA22OtjqYKvDsZMp5MOx04FrScD9HML9bFMpcgj/M0tEb3BBi8nqLbzQLFd+eD"
    "8UHE5d1O7UCIfzYOdLo7mbXKWESN3pzHHgKdW5nsrcVoFAbqWdBYoCpZPnDGCgWhi++x/b"
    "amUtLhtyeFOAAZfUHCB31/Nl3SvrD5nT8Qawe+jDZUiTPoOAVV4oqhw0qUAhWbpr1ArChh"
    "A2PC/yIWwIYUNdmW0VNpRvov3pNbDhgshvxXDQMjL78Oo573xvSVaThthsYdS0VXQ2YABO"
    "EUNAgPZMA7QksLHH+ZFJYc9tZwUgXHfW/rqzYzbINTqe6Eeh7S8ThuxwzVzTtS+73L3eja"
    "ydAMiurGK+efwLU79uITdqDwkaVEh7FQIJXGcQD9t1GFIOBZRxw2iuM7GUKqEAFbu/Irmq"
    "2O48/OizP9r5X+/yaU5KXm2dr/JCbVGSMZgz9cnf60nxIdP2bpTrgw9lsmaYNvhQT0TtFt"
    "h0vIGn2MN3+2I6Uu2SwAxgIL3DJwkkfTRVfKQMAD5RxSfaZUa29eh3w4HISmYQD0rSjVLJ"
    "TwkDlIqULhGRBvlq+cwBQGblkJwnoqmQmQOATJFMTKksT60+kSoDQCaVciYVs45o58hRGQ"
    "yRI10jR0vikWDdVcoCegAx63k4fOpS1ik+eGwvSYdkodqon2reRY+4nx5P1vCRv0OlXOQp"
    "L9XwYCkdpjYuWLjuZPh44K/J9Hxil3jYhgsCtFIO04YgYSavigwaKuEKGAOjWbOrqzZVGV"
    "dX9VUZ/L2ygRtfLGIrRw0FmIFsDx87TPIkOgRoSzCgug3VT5ESxclwE/pYHkBlrEKiVKCc"
    "jjeP3uFrk6H97SGjO79FyGMESoyMWiuvCDHJFxyuWZZHQntLiYPtDfFkkcomI1qGhuK0rr"
    "VRoR8it4sYBCBIoLME2HZBFQ2+IsYErT62sQennyO0mvAc7KodgJYwQGkl2WFNtlslQgsI"
    "oLPaaSaMqKfEZxEChMrstsD+GsiaT31kr9bbazlKPPsiTmj9x3JJcIL2Qi9fRHQ7puXjrI"
    "8Pd7eiL7ILhHfr5ABHUyfbxUGzZa/F0WB2atPvYPAunebEngHFamy49e4YXQTqz1sLR4jV"
    "zp6S3OGb3Sw//vUeu3WtHBsai5ohBMG64+0Akyv4+jF2n89kkCaoeBZ8LSSn6P3oetjN1b"
    "KNxcnwNWIORHGFVbMghPVXmwdRXPHxwDESIbJGJ3ARjX72EMdAX+Ajnr3BadDwUYUF5paU"
    "UpimCIEwTTXu5WKkVkxRhAChlVA39Eo1P/cbM/Y6irgIhdx+TeV79F64uj23ZxdGPV8B7I"
    "ujHqG7pW7CUAyo7m1vCd1ZDbvU6V0UhP4mjpWIAZzsrWlD9MbZDYKeNmcaoNkg+oTDrYsc"
    "xTKKEszAMM3wHW7IAscxFzv+fbJF7yH6WrfoRazYRvE1TG4BPzHSmxb0LgEhs+MZtzcfbq"
    "/vf5GnTt9IEhZufnl8fy0ae0zd+R5y7QAjeT/cBkFIwB0lcToO1ViCgAjGGXi40ML0DITM"
    "KA86x6mKWAhUaSphuK1Gn+gI3FbTymtvcVtNm1yoOLbSMzulbUKfnrrroFkpCVU1XTkaYx"
    "mJoIYPZPxa7PiSdjTJUhghEUUblTmFOIcOcY7KI6LAtwxrIOmjtDdIOPOizVyWg17PuYgD"
    "vtvxzTubRBK7oLlldSTrqWwEx23y2mb1eW2zSl5bqgzUia4iDST8otVl1xcNl11fVC+7di"
    "JKsecota8qYgzk+bLNBlm/P4oM82ZfQZfeBgIQ/OnO6R5BNO/cYaKKheq5znLgheLsa3WS"
    "QwULcugqB964o0uzlSIM2O/K/oIEjh95YRcRVLEgh85PATQdOnYaJpzM63Eyz0uwZO38mo"
    "u2zOnnV3YA3rZwAN7WOgBvJW2fQl71ukbBWk3RiEhwATqrGhRyJhUrE0sgAy4lEQI4reIJ"
    "s4Z4wqwaT8gosylG0h499S1CZVgDWO/VoKfLVTD83soOwcoy7IDE80/Gi8Ms+hFaOHPelO"
    "86KqNglSuv8viMrmMKUgkLKUiapiClQf1eGYXySUDmusocUoTNFzKkCJ+BkOEWsyN7vGmp"
    "n7oEykAIb3Y+7oIc6sOSDznUB8ihlij5/rye9dWINdwW6rl7kluY6bT0dmtyy1tWiV32Ha"
    "zbnz99Usj+H6JBpYltKCTpp0nA0F4TrjleB6DsIZ7wp2Q+U7lLO6EO1ATVJJqUSk3E1bhF"
    "r66PFk203nn40Wd/tFuNX5IJzdGcf3Soztk9jPeRrG+sOGK69w7dna6wadSyg+zk2mKOab"
    "Th01gvyH2y/GdMLWTt9tT/CqwtCkIrKQj6diIQ1AEO7U00tvKnVn3ZT4dLS+G6UoWzLsLs"
    "zG5xuyIUwu+6Bu0iGqidY+YIOMNUPsPMK1jLdDf3gJQdz0N/3PT0R4HNAgLorFyzlZyzKN"
    "BZQACdIp3KCSKQG9Jdr8Ip8hnYKkvikWDdVcoCGixSTaUMx8h6naPBic8QJz7ZvXf1RxJj"
    "t9xJI5s1Eb1C4HNPOC+NubYL5T2ucSHu5vK4G2M84lFsy19ayEvCcFNr6VOL4q2LXqsBva"
    "6TQFhPY6UzbQjr7dZYtzqxChbKxDqWiVHsYPLc1eQS0GBZ62pz6XLD85kovoq1pWIU7L2L"
    "OD3vbGeVdb6J+KiyamuR7b+HeFgbq5zLUGNpVRIe9thb5YyLVlZXPZFgEWmsGJosoiX1Nx"
    "2K/ASYebXbw3clYxulOs8lkIFHyyM0f0NRoHRynwEMpHf4k3u2PcjOHxpq31OAAecPB6h7"
    "93xZ3kn98U463gB24XRHJ0UCPijE/LsYmw0x/xrPstPFjCcog5G8y0NF+7Mk8ar/Wcwfr/"
    "U6s1x1cDXP09WkeIl5v18l67wEGsbIOa4oSibkmzbuz5t69+eNxP2hlKj1cS9ADLAiD9Dr"
    "mmuuJ95CVr1nvgRqHOej+EWn1ozqhF18aER1VHd0rtZDv4QygPZD6BLeAryr418Gg+Ovq+"
    "PP3CbyzEzHjmIW4ZDYqamcIYp3BkKGTl9nIGQI1UKoVhMZ9A7Vql0Vm4ZGh+gXk8ZiTWsZ"
    "c4DIdkxZfXQ7ZXRvhDsR4/Bh7l+zT0ie5rTDENwlq49OnTYEwH+LkBeSUOLf1wqgCDFpdx"
    "usHjZ/CrpaDjnUJIKPcCNbovpUu1SWgSCCoSy44lbRz4gzsDuYaMcJq1B+6i5XOwMZyYaZ"
    "azWGcq5rla3lEe2/HzFefInmLnHQ7veLJqA4oskKXLKx9jYfPIohWCifdZG3itjvAitQH7"
    "3cZAVm8qrIoOGWtALGwDPMgS9K26JQckFa/dFlOt4IZg99bIlDtFJZyul4I8gWlnGbs8q3"
    "9UeVbysnldR/UWnrlQ43yYoezFOkeBkFSo2oCghoRCXSmVW7t7cjMogxbB76nltuVXbvVS"
    "TC4ShM16MwZ42dp+5XlRXBIGRdhUwx6twBA0FeiubShYZjesVDoeGYAQ3Hlss4AFbpfxG/"
    "Pm1qecFHjB2J21J/EbGZIRCnjUKYNgTi0mUePEUqAQwBZmAcY3Z11Sbp+uqqPumav1f2XU"
    "hgs6eOPEvinje+72Lk1az5Ik7suMaAY7GdPg8H7rh2d/epZOHcfBBjcD9/vnl//81FzD0b"
    "RMK6I9kTuMJisiDLuL4vnBxkZQ9fLPPMtpXdZtNejxdAhzPwLgxQ5iV1EtGV9Hx7nzrJcQ"
    "dUJ9krJ6tP+L636nN9+gpiEtp7rQFPguik00QkxHg7ZlJxHjtkClZwBt23PNihRUzSlhIH"
    "2xviyQpc9y5xAW0Qy8dY6N1KMHMkhD813UjYr1oSumFbfgddJgcb9KgNd1lVxlRnrVY7hU"
    "F8H1i15ZR2M5YFOCg5TZVc3O6CCW6hFGcpo4xr2TB8T6OEsA0OAmna5J67z4pAA8g+eFsS"
    "OMc8ctJPcqqkLIAyDgTQ3VEJfYrVC5sKKCB/sKomzmpVEMolTek0JyaD1vVMhcVXU2kj0f"
    "H9eT3r3Ag5t2lSQG9uv+QTGcptecfSKO/koz+fVLNO+KvThpyTr/4cet2eaW7JE/vxKj5h"
    "Ot7AbJLh/UEXearVc6ZWzl3OWpB7Oasll78lNFR48dRa2mYAA+m9mLUpTWSj6jNGZpXyRE"
    "RXgf01kB2wfmSvylkugcSAIHFC6z+WS4ITtg66BTTE2MW0HOT7+HB3KwY0dnvqE1bqs1pG"
    "GXjf1Rg5f7jm4KchNlp32mMAxaMoky0zO6mU5IcNct2G6FCOO1x44mrkXI3L2Q9vMjuP/6"
    "fJsnv4fP3p04nmTb4gEnI+DrNwB8+a3EahSl1zOtyYZMnBzn9JYDNybLRinyDx9/ZkQpag"
    "kAypkAyJwhBvtkqLuAgxJjluuEQGioK1rKC8/oApRwCdlWYHkafUOGI3HIiUENmxRjcDQr"
    "azrvkbK/KM7WjbTcBlMAhZVyEzCyjANt76jqQpVFNEXABCOlyPDAYHB4H0CL3erSqjzAsH"
    "jJUntUQb4qoFXQScAVlSYzuwkPkHmX+mZ/6xPZh9f+WTCgHW66xCMwV+6KMKuNvoDOxTx0"
    "Wke6lACQyFAprKeEm8Hn37BDRIWVMpHzFVXjOBnlWi9tlyr0+etmYi6J2mzb6Adfvzp09H"
    "T9M+UWIbsrRzautTiXPKv/pzOz2463cv20d/fp1MdLqm9kFvZSsQJs29LrDZlIJtF89d96"
    "ZiT+48bFH/xcLIWVvcmrICf4PDNWPHesFeaL1Qn/+ThGsLWWx+RsSaQTBi/m5gzTEbubBI"
    "GFguCkIrjkNMLd9lHxNaS0KD8NuJQPmhPhOSyTXeS6dWfTI5jSQBmKaz3M6mjG56Z/Db4q"
    "LQ8TdKMdsCxMQE55Ei46d0CHHyZJ/KMcTJH62d1kGEJgGbQS4ZYj+zY/CsCIUguK6hM26o"
    "qxqZOcYkW+e4cZuvSU1rv/DCrjD2xPhvG1vIl51GFcqfeK7SpOonJ69PG1zkOMvpiHXKx6"
    "43PK5/OVaBUL0zCclYB7IY1RMO+6Ua6qZPj3MGhJzfIkK7GosCGuxFnezFitlylJ32S6IJ"
    "JXtt+k7TbrvTo8fccNUUfw+Fr/NWO5S+b7rmeS47qmvqUrEDGBEhEKrLv2tzNS4bVV9d/l"
    "3lclzmhdDO2XFlMCh6nRR9UchrzOQ0x6hjq3ARDoLWVdD49y2zvIKOQb4SGISsk5D1MNvu"
    "maw/kQ0JH+JuDVXrTRjQZMTxdWO7fKwd934Y5V7BLMzhb/lC5XPAvYIauZz1lt+xI1paWX"
    "6jNL3JHwkVlosgA5kePoQVKzfl+p8yClqV9WlVtl10r/8pg8EmAptItIkenDVeRC5eyPvb"
    "lt5usoeCdKANLW/P1+yJ/1bYj9PxBm7FF63CXRcN4a6Larhrg+gTDrcucpRoFmDmHd0N3w"
    "I31WcqNBcxsKLbrWhud/zLV+vlXMQcsKafWVuTE7XiSWBjj/942e64p0FgAQhXr7fvDrgz"
    "uOy5UgZ0GXXAxb0kid4af3W3iQXURwIqcQBe7mJ37tAmoKGsWiMHqShlD//eQ8oCGqSsqZ"
    "TjpzHOlq8KuT69voyCJj/q1/tBixnzny2II56BkKH7xUSXKgroftGr+8VxSymut+TRf8Le"
    "pBoRz96aNkTD0ZbYIR8FkXCIhJ97JHyUxE/qq8Vm0/EG8jvC1SwUL8nvKvTmCCC4BcHx3m"
    "CvUSCpDmqIe5dQkI+/N+wNju0Z+Dx6JQ3raYefuozjEF8UdH2URTjIWVM5U/zM9riOUi6D"
    "QcaayhhiVBOIUekgglOPUUULEr73Qvo6kUSp8jenTXEqPszGbBzRrRwZQlWHClUxccsOXO"
    "v90AxgoK8/SrCKEaZYqJIjDOR4hCqVaP4VOxKjsSFZM4cYSPEoy3iBQ0Rc5WIgAQaXAcFl"
    "QMeXBjhImj9a4CAdXQS9HaQ29yyM6SFhSpz1ROIdJW9MmzyjfIg2LtG5+EM9W73XezrPmA"
    "aKhngBYqKZeHXVxky8uqo3E/l7grfDnikFhnfDDWR3lIIp9okh9iT2H7cXawy/HHIupfic"
    "jEGs76NWaf/x/9Z96I8="
)

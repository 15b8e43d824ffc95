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
    "known_form" VARCHAR(16),
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
    "known_form" VARCHAR(16),
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
    "FOlIX05fksmbYvbzHNJX5pVpQO6ayp14z9gLffpqb6Ng3VXsNbOA1DWV+hN7w7OXPt2omI"
    "5lVKdNVTNxjm07uigIbUypmvlSRoHxomy85AR2U2cVPCgyTRWZw/yrsOuuVQYPIONTDkZo"
    "LORou+gu5DIYhKyrkOMzU1v17LOI2n8CegLSPNwhKD9/Xj5Jz0Cz8+uyIH5kr5KV91f8Gg"
    "vjA/viyJOedybH8A/pNCcmgz/SVZa+mm/fFL1kJ/alxcd+/AK7ODn5uWdPw/2Hd4xlTvIc"
    "OU8viC7sGrYLR8c225IWzJMi7OfKTud2M/3413vsxmdwtdx/zid9l81pkCzKTuxm69PQ/u"
    "rPe7L2IZ7ooz83lqnMUQ9ePcd2/VVfxtIJH9h8n/yVqcQlga1+XN3xOYwmyF6TIF5dNPKG"
    "IOunZLr7yDOVtiVmtuk2mrvESZIq+rH2I5vuSz6bqaz5y2X/p5HPYSpB/bfCdpugnlGNKj"
    "fcDvNnfsH+Kllm5bcK4QUUoj175J2HH332x15C3yVzGURqg2HBBi/JMLyVLIx38bwGcciX"
    "4Wa2ERbmLuVrNx0HN1n11QToWuu/Nh26xgmJMQNnRzt5dvYTEwckRusTE5ha9YnRsawq/D"
    "ecFu3GG5iwOHwqdIDZQxfaAUYulq5yD9HXunw6ASqm5L6GODhBypsW8C45LotrMmZvPtxe"
    "3/8iPzW6kSTT3fzy+P5akMKSfR9Mt1QxeVSAGbjgR8qqUyH5GHmLkeessfOE029zcizvvn"
    "7H47ESGI5ANT04wb9vCZuum4zLYJCxpjKGY+4zEDIcc5+BkHfOr/JBdxkHR91DHXUXghH9"
    "DrsLNecnJoe2x93lJVg68H53/fDu+s/vm867lSKwalGxJM+gGgXL8g9qo17xCf4IQS6IaO"
    "ny6E8bIlqOv1ByQdPxw3igxxVAyfF8830Lx/PN97WOJ3+r7HjGfytQm443MHYya1V9O2uo"
    "vp1Vq2+diFLsOUp15EWMgTxftonJ1odkKwz7kRdSNYJziIH8tol514e8KxFv7ob8y/eUtE"
    "QRYyDDw6vh3Re2XeStImY7qZAtwxpI+sDNJ1K21PsiVJHQGKFHYwRoLgTNbQzULxAJPoMg"
    "IUSCDRVyJRDZpj4k7VTZL5/TvPgklIB0YmpL/UXkhD1p+pLMYjhJ9gaFzhoPw9VnPpephO"
    "X5v+wvSvpSliX9vk8jKmaTtvGf8Yb9eyjaPu/mM5U5JwpCf9O7BuTdbhpTaYKqNSgk6kcQ"
    "FBLVcxMw02AR8SZn/Vl6SOcyly60JXboP+G+NY7XW/LIpzGVpmhBwmGsqGs+VVsL6lS4Gj"
    "GRJC3Rk9wokRfv1d8osSsWjAdBOsnZpZPAzREHK5eCKLihAVJNUmXFvfBMtFun8HSxcniY"
    "2GKhetnwMCPv/jFAxw+T6Kmady2StdNmAkOnamulBwbI065pTNbHZpY8rI39CApPdKtmBK"
    "lKGd6q/jW12OOtr/qRnEDoTaDN5tTS9C5Kr5sVLsxgoEE+u7pqk8x5dVWfzsnfK9vkKWsx"
    "UQrMi7gD1ndv168BcZLOKKdY3r0KiSTFsJ7qdLyBrdvbpM5e1KfOXlRSZzdbJWp3w81jdh"
    "RdMadIrZlMBgCCWxFMQryxV9SPtor7YAUIhLci/CgFOVrTPHA9zpYSZpptiCe7S6PJ0haA"
    "g8SDjk30AY3uwnEncrlt3FEMMjTIoqssQvakUcUOSkWMeepmeOsaPSPCfjpxSaik1kWceV"
    "wPX6j2W4S8UMpzrUIpQgxSJLOL73/4/u3lm+8z/ZG90qQ2qiqCTb8gaei4fQlrAQQLd//C"
    "dYn3VCW44W6v3XgTuO1V0tfhWi+yQStsqzJeRgHv6ryjRaITkGvnZKoXuO6Zple1q0kS6l"
    "DsuvL9lZsHrh1G1MqXNS+of0wapoBnRv2ZKUa17S0K1yqykIJBCh00V8i+zzwKO5TjS6Cg"
    "ofqV4yd+kdulIr8IhaL89kX5kZdR17GauDIBNInVNV8OkiLNFzK0BjgDIe/yktQzX0s4aB"
    "LbL/m1Io+qMJSbxLa+A0o3ObROPiwtwYFuRc38IYq8wB3inrxqQuJjPrdB4jlq5wc9zbyD"
    "VpQ1r7M2ibLCulTJmS09LzF44PxZyWfyj8k6BkL2rDa729Sqz57t0h0SukKqdG0LSSgLe9"
    "RHADMARP3Uo37Fr6nAuQAD5tWZB+/0DLzTtsUWTRt463IL8Fqb9/UGr7XGOuvnwRpdmzkV"
    "nNn6VarR7SdxAWjVk0jrQmsdhrj2dAyvoBAtAU9AP40BnsAxPYHAj6isP0i9WZojDlgZN9"
    "HABBrCIMUhkoRt68lOxwPVylS7KAjtjb8g7BMlSrwhJVIEAvnK5C+Ji+01CiRpRk33VhdA"
    "BpA+dq4v+7iQrWIVigsQ4wi+aHWx1UXDxVYX1YutSMDY22xj07pqCO5JEyoiD5gllL1ysm"
    "lCFDs+c0PiC6yqtNca3yLscL77d+Oa4YMVYeza0it7NUWYQcUtB66SS2jsGo8U0JD3pmk8"
    "ErJl9Io7QrbMENkyLYKK5T5y7A1vhemWkt7XCPDY4Y+F2QySwJjJHhXa5FFZkdnGCG1Jqm"
    "NEa5e7OHFuckCsVhstO22I1R7NtNTtUT+ObZn4PjI9SzxEX5scpkDmn76G+IT1rJTHXWlQ"
    "ZkMyv//mw+31/S/ySNeNpJTo5pfH99dirIurRdVlXwDBoh/K0kv3jn5mnmEdbEUbr7DyND"
    "o1Tq65451w44Uk2imlt5tslN124sQj2xkovFuvtTtOt8I1Ci1kLeirRSPPevEjd2Els31r"
    "/Q25EQ4sRDEb5wfY8pfsH9hKfmKCXRB+/c7Umr9aydNu8V/y7USQ4cE+FK5v0FiXNdlT0E"
    "NWKfo/The9TOG0PmDJEAZyPHxPqzlest1ZuRhegEEhfPdCeLQMMVXvRlBCAf89GhFkFwV3"
    "dZ1zKHgSQ3kSObX9/QkTb3AWnYrKUtTOteD81/kVO9nscyr4rYrDhzzBGtdFHzRZ45CJCp"
    "moOlseXXP0VFuBlUAGpJBBYuTR8/aGT4yELGvIsj4H8k8xOfXkW9gx6hb01aaRJGCyj/MC"
    "EPKB1Thnn7skdCNTMvtXegEKvCvwzjxil+BAOTJVxkHCcNekjjkKsDL5BRAw35X5IFS8zS"
    "QDGOGLCmdrbSz0Wb2FPqtY6Gs+j+MvlCgugQwwF8d2g2K+KEbSs516y1yAGUD0wat8KfWp"
    "8vIuowygfXQ3PyZsg4NAGpht8PdFoAFkH3qNxwmiduiHSHL/eaN5UgaCidLZOIyJXPiezP"
    "nfK4AUZ0yN5IHZ3/pBzW1WjZc/FlDAfDfmnXXkPdnUf5Eku9cX15VAxlA/WGGwIp1AZO01"
    "d8nFBSpLM0cAnZULQ5ImjAp0FhBAZ/X+lSRBVYnQIgYorRZefcWO2hItQoDQSujtiWy3Sn"
    "wWEECnSOeCBIixg6gSpQIKaBVpfUHUY5+nYjQVIUBoxaGiPvuVGxVCixAgtPLg4zDeZZST"
    "+ytAyO/vnt9PMfvZAWdzrnRru4gzIEQpHCq1atc2a2jXNqu2a1tghyyUuS6jgOk2TMPtfm"
    "fQyioIUfd+ZWUwtCvTVMZL4pFg3VXIAhqkrKmUeQjHw656U7oSDgoMeyQU8YplVfqLKCB/"
    "qOrOmNWqIFQLOx/SaU5MBm2LOouLr+bmTImK6c/ru3wiQ5kta9Uet5KW293067Io9tgxhH"
    "tZtX0aOBqCsC/JXCYxNnoxdspZXUF2gdN9RdnFGCAUZp9hYTaR5T/Vkp8ON8mYGixivEwp"
    "a1+YunvVwKT3Ua6TqMvGbooDHz4R+2AcD58T3CEb+Ch5wJpELIbIBH7mDQpVCM8ABkTaD0"
    "12gJ8xJaHS8UYRY8QKH7UPCTTk0jFkAw25zGnIlV7UW/X+Clf41vp9u06mo1w+kAUGg6cI"
    "7h3QRzFMGxxALiqVzTAZbuA+OEoHXBLY7Pkizx0ajOQ4aC/SvuXCKiRK/mE6vtOC1uysVX"
    "DA2ziHF/XO4UXVOdwqUbsbbh6zo2iKOUWeUvAoAwDBrQhOW7jHPCnwLOLMo3v4vuRORCn2"
    "HCU3u4gxj+PLFhRf1jJ8WV3MxMH2hng+VTOeBSCUj3dOSEG8k2dXMcjQIIuusgjZk0YVGw"
    "4VMeapmxFUuu8tair2G+9LX9QV7BvA8vDnLy7xnlTOAtLxJnB76LMAskErbKsyXkYB7+q8"
    "o0WiE5Br52QG6neoNE8DRVfdi65Wvr9y80uvHEbUyqcSa77+MWmYAp4Z9Wem6IQqN52Xgk"
    "EK6lLY/QC7y20WMqwJMhj3Ugu0xOGrHYS+I9mkG7yrMswgz2roRjtQgNhbs2hctrRr5tNN"
    "yGUwCFlXIbe96bQpHtX6rtNT1p1QsmY2+VCyduCSNYnW6M/x53zSQj7TaSmctnzXq90eRW"
    "3pRBsUOuu+VW07EXzmc5kjB7lvTZEXJHQMQ9pjPqFBOqMcQ/WesceUxqvN/qKkdw1lOt17"
    "Ntur+aRt/Ge8Yf8eirbPu/lMZc6nC0xtEvauPb3jE30IW9WdnqJOY+4Fps9D6LL7fCZjV9"
    "VyiWnfBcXnMImg8RPYE5uiNos9Mzn2pbKnhk48dl9G++Tas/wtl5BP/yuwKFOXmzmmeGGx"
    "vfoF0z9ZL2sUWsja9RhgYyLvibnenvXw158tn1p/efxwa20wG24t2X/DNQms2G7+diIwPv"
    "ZnNefgF2xL/t8n/Aop+fr4qlOrPiVfkFzrfNsyzMAU/ctZmyy6WX0a3Uw8YOBPhQLFu+Em"
    "UtuqXPuyoVz7slqunag55X6SAsxAtqGlJAT7uwX7uwb4IagPQf2TJB+C+qMF9bMyZomC6U"
    "+r8cH7hoC9FgXixfBzrZctxKj3+trFIHkrh7uedqn7Wlh+WaYUuK3aaONpg9vaJSuudzac"
    "bkp51HS4kISuUqugDGBCpuHhsz3zr6nAuQAD5tWZh7Q18GTH9GR1k6gW3tQRDH/d5HDylr"
    "+QPyHpD1xJsKhvECymdoxt7vtO4oaAua+Numg091N5qZj7BcwBu1duUNLk5xQrghlFa2ln"
    "mNplXkDArX7V62Z5OgtWu242hwChNTdMg60OtjrY6nDsZAr5cOx04FoScD+HcD/bVIocwv"
    "/MEtEbXNBisnoLLzTLlR/eDwWHUxe1OzXC4TzY+dJo7iZXKSFSdzpzHHhKda6nMrdVIJBb"
    "aWeBokDp5DkDGKgWhu/+x7ZaWYvLhhzeFGDAJTUHyN31fFn3yvpD5nS8Aewe+nAZ0qTPIG"
    "CVF4oqB00qUEiW7hq1grAhhA3Pi3wIG0LYUFdmW4UN5Ztof3oNbLgg8lsxHLSMzD68es47"
    "31uS1aQhNlsYNW0VnQ0YgFPEEBCgPdMALQls7HF+ZFLYc9tZAQjXnbW/7uyYDXKNjif6UW"
    "j7y4QhO1wz13Ttyy53r3cjaycAsiurmG8e/8LUr1vIjdpDggYV0l6FQALXGcTDdh2GlEMB"
    "ZdwwmutMLKVKKEDF7q9Iriq2Ow8/+uyPdv7Xu3yak5JXW+ervFBblGQM5kx98vd6UnzItL"
    "0b5frgQ5msGaYNPtQTUbsFNh1v4Cn28N2+mI5UuyQwAxhI7/BJAkkfTRUfKQOAT1TxiXaZ"
    "kW09+t1wILKSGcSDknSjVPJTwgClIqVLRKRBvlo+cwCQWTkk54loKmTmACBTJBNTKstTq0"
    "+kygCQSaWcScWsI9o5clQGQ+RI18jRkngkWHeVsoAeQMx6Hg6fupR1ig8e20vSIVmoNuqn"
    "mnfRI+6nx5M1fOTvUCkXecpLNTxYSoepjQsWrjsZPh74azI9n9glHrbhggCtlMO0IUiYya"
    "sig4ZKuALGwGjW7OqqTVXG1VV9VQZ/r2zgxheL2MpRQwFmINvDxw6TPIkOAdoSDKhuQ/VT"
    "pERxMtyEPpYHUBmrkCgVKKfjzaN3+NpkaH97yOjObxHyGIESI6PWyitCTPIFh2uW5ZHQ3l"
    "LiYHtDPFmkssmIlqGhOK1rbVToh8jtIgYBCBLoLAG2XVBFg6+IMUGrj23swennCK0mPAe7"
    "agegJQxQWkl2WJPtVonQAgLorHaaCSPqKfFZhAChMrstsL8GsuZTH9mr9fZajhLPvogTWv"
    "+xXBKcoL3QyxcR3Y5p+Tjr48PdreiL7ALh3To5wNHUyXZx0GzZa3E0mJ3a9DsYvEunObFn"
    "QLEaG269O0YXgfrz1sIRYrWzpyR3+GY3y49/vcduXSvHhsaiZghBsO54O8DkCr5+jN3nMx"
    "mkCSqeBV8LySl6P7oednO1bGNxMnyNmANRXGHVLAhh/dXmQRRXfDxwjESIrNEJXESjnz3E"
    "MdAX+Ihnb3AaNHxUYYG5JaUUpilCIExTjXu5GKkVUxQhQGgl1A29Us3P/caMvY4iLkIht1"
    "9T+R69F65uz+3ZhVHPVwD74qhH6G6pmzAUA6p721tCd1bDLnV6FwWhv4ljJWIAJ3tr2hC9"
    "cXaDoKfNmQZoNog+4XDrIkexjKIEMzBMM3yHG7LAcczFjn+fbNF7iL7WLXoRK7ZRfA2TW8"
    "BPjPSmBb1LQMjseMbtzYfb6/tf5KnTN5KEhZtfHt9fi8YeU3e+h1w7wEjeD7dBEBJwR0mc"
    "jkM1liAggnEGHi60MD0DITPKg85xqiIWAlWaShhuq9EnOgK31bTy2lvcVtMmFyqOrfTMTm"
    "mb0Ken7jpoVkpCVU1XjsZYRiKo4QMZvxY7vqQdTbIURkhE0UZlTiHOoUOco/KIKPAtwxpI"
    "+ijtDRLOvGgzl+Wg13Mu4oDvdnzzziaRxC5oblkdyXoqG8Fxm7y2WX1e26yS15YqA3Wiq0"
    "gDCb9oddn1RcNl1xfVy66diFLsOUrtq4oYA3m+bLNB1u+PIsO82VfQpbeBAAR/unO6RxDN"
    "O3eYqGKheq6zHHihOPtaneRQwYIcusqBN+7o0mylCAP2u7K/IIHjR17YRQRVLMih81MATY"
    "eOnYYJJ/N6nMzzEixZO7/moi1z+vmVHYC3LRyAt7UOwFtJ26eQV72uUbBWUzQiElyAzqoG"
    "hZxJxcrEEsiAS0mEAE6reMKsIZ4wq8YTMspsipG0R099i1AZ1gDWezXo6XIVDL+3skOwsg"
    "w7IPH8k/HiMIt+hBbOnDflu47KKFjlyqs8PqPrmIJUwkIKkqYpSGlQv1dGoXwSkLmuMocU"
    "YfOFDCnCZyBkuMXsyB5vWuqnLoEyEMKbnY+7IIf6sORDDvUBcqglSr4/r2d9NWINt4V67p"
    "7kFmY6Lb3dmtzyllVil30H6/bnT58Usv+HaFBpYhsKSfppEjC014RrjtcBKHuIJ/wpmc9U"
    "7tJOqAM1QTWJJqVSE3E1btGr66NFE613Hn702R/tVuOXZEJzNOcfHapzdg/jfSTrGyuOmO"
    "69Q3enK2watewgO7m2mGMabfg01gtynyz/GVMLWbs99b8Ca4uC0EoKgr6dCAR1gEN7E42t"
    "/KlVX/bT4dJSuK5U4ayLMDuzW9yuCIXwu65Bu4gGaueYOQLOMJXPMPMK1jLdzT0gZcfz0B"
    "83Pf1RYLOAADor12wl5ywKdBYQQKdIp3KCCOSGdNercIp8BrbKkngkWHeVsoAGi1RTKcMx"
    "sl7naHDiM8SJT3bvXf2RxNgtd9LIZk1ErxD43BPOS2Ou7UJ5j2tciLu5PO7GGI94FNvylx"
    "bykjDc1Fr61KJ466LXakCv6yQQ1tNY6Uwbwnq7NdatTqyChTKxjmViFDuYPHc1uQQ0WNa6"
    "2ly63PB8JoqvYm2pGAV77yJOzzvbWWWdbyI+qqzaWmT77yEe1sYq5zLUWFqVhIc99lY546"
    "KV1VVPJFhEGiuGJotoSf1NhyI/AWZe7fbwXcnYRqnOcwlk4NHyCM3fUBQondxnAAPpHf7k"
    "nm0PsvOHhtr3FGDA+cMB6t49X5Z3Un+8k443gF043dFJkYAPCjH/LsZmQ8y/xrPsdDHjCc"
    "pgJO/yUNH+LEm86n8W88drvc4sVx1czfN0NSleYt7vV8k6L4GGMXKOK4qSCfmmjfvzpt79"
    "eSNxfyglan3cCxADrMgD9LrmmuuJt5BV75kvgRrH+Sh+0ak1ozphFx8aUR3VHZ2r9dAvoQ"
    "yg/RC6hLcA7+r4l8Hg+Ovq+DO3iTwz07GjmEU4JHZqKmeI4p2BkKHT1xkIGUK1EKrVRAa9"
    "Q7VqV8WmodEh+sWksVjTWsYcILIdU1Yf3U4Z3RvhTsQ4fJj71+wTkqc57TAEd8nqo1OnDQ"
    "Hw3yLkhSSU+Pe1AihCTNrdBquHzZ+CrpZDDjWJ4CPcyJaoPtUulWUgiGAoC664VfQz4gzs"
    "DibaccIqlJ+6y9XOQEayYeZajaGc61pla3lE++9HjBdforlLHLT7/aIJKI5osgKXbKy9zQ"
    "ePYggWymdd5K0i9rvACtRHLzdZgZm8KjJouCWtgDHwDHPgi9K2KJRckFZ/dJmON4LZQx9b"
    "4hCtVJZyOt4IsoVl3Oas8m39UeXbykkl9V9U2nqlw02yogfzFCleRoFSI6oCAhpRiXRm1e"
    "7t7YgMYgybh77nlluV3XsViXA4CtP1KMxZY+ep+1VlRTAIWVchU4w6d8BAkJeiuXSh4Zhe"
    "8VBoOGZAw7HlMg6AVfpfxK9Pm1pe8BFjR+K21F9EbGYIxGmjEKYNgbh0mQdPkUoAQ4AZGM"
    "eYXV21Sbq+uqpPuubvlX0XEtjsqSPPkrjnje+7GHk1a76IEzuuMeBYbKfPw4E7rt3dfSpZ"
    "ODcfxBjcz59v3t9/cxFzzwaRsO5I9gSusJgsyDKu7wsnB1nZwxfLPLNtZbfZtNfjBdDhDL"
    "wLA5R5SZ1EdCU9396nTnLcAdVJ9srJ6hO+7636XJ++gpiE9l5rwJMgOuk0EQkx3o6ZVJzH"
    "DpmCFZxB9y0PdmgRk7SlxMH2hniyAte9S1xAG8TyMRZ6txLMHAnhT003EvarloRu2JbfQZ"
    "fJwQY9asNdVpUx1Vmr1U5hEN8HVm05pd2MZQEOSk5TJRe3u2CCWyjFWcoo41o2DN/TKCFs"
    "g4NAmja55+6zItAAsg/elgTOMY+c9JOcKikLoIwDAXR3VEKfYvXCpgIKyB+sqomzWhWEck"
    "lTOs2JyaB1PVNh8dVU2kh0fH9ezzo3Qs5tmhTQm9sv+USGclvesTTKO/nozyfVrBP+6rQh"
    "5+SrP4det2eaW/LEfryKT5iONzCbZHh/0EWeavWcqZVzl7MW5F7OasnlbwkNFV48tZa2Gc"
    "BAei9mbUoT2aj6jJFZpTwR0VVgfw1kB6wf2atylksgMSBInND6j+WS4IStg24BDTF2MS0H"
    "+T4+3N2KAY3dnvqElfqsllEG3nc1Rs4frjn4aYiN1p32GEDxKMpky8xOKiX5YYNctyE6lO"
    "MOF564GjlX43L2w5vMzuP/abLsHj5ff/p0onmTL4iEnI/DLNzBsya3UahS15wONyZZcrDz"
    "XxLYjBwbrdgnSPy9PZmQJSgkQyokQ6IwxJut0iIuQoxJjhsukYGiYC0rKK8/YMoRQGel2U"
    "HkKTWO2A0HIiVEdqzRzYCQ7axr/saKPGM72nYTcBkMQtZVyMwCCrCNt74jaQrVFBEXgJAO"
    "1yODwcFBID1Cr3eryijzwgFj5Ukt0Ya4akEXAWdAltTYDixk/kHmn+mZf2wPZt9f+aRCgP"
    "U6q9BMgR/6qALuNjoD+9RxEeleKlACQ6GApjJeEq9H3z4BDVLWVMpHTJXXTKBnlah9ttzr"
    "k6etmQh6p2mzL2Dd/vzp09HTtE+U2IYs7Zza+lTinPKv/txOD+763cv20Z9fJxOdrql90F"
    "vZCoRJc68LbDalYNvFc9e9qdiTOw9b1H+xMHLWFremrMDf4HDN2LFesBdaL9Tn/yTh2kIW"
    "m58RsWYQjJi/G1hzzEYuLBIGlouC0IrjEFPLd9nHhNaS0CD8diJQfqjPhGRyjffSqVWfTE"
    "4jSQCm6Sy3symjm94Z/La4KHT8jVLMtgAxMcF5pMj4KR1CnDzZp3IMcfJHa6d1EKFJwGaQ"
    "S4bYz+wYPCtCIQiua+iMG+qqRmaOMcnWOW7c5mtS09ovvLArjD0x/tvGFvJlp1GF8ieeqz"
    "Sp+snJ69MGFznOcjpinfKx6w2P61+OVSBU70xCMtaBLEb1hMN+qYa66dPjnAEh57eI0K7G"
    "ooAGe1Ene7Fithxlp/2SaELJXpu+07Tb7vToMTdcNcXfQ+HrvNUOpe+brnmey47qmrpU7A"
    "BGRAiE6vLv2lyNy0bVV5d/V7kcl3khtHN2XBkMil4nRV8U8hozOc0x6tgqXISDoHUVNP59"
    "yyyvoGOQrwQGIeskZD3Mtnsm609kQ8KHuFtD1XoTBjQZcXzd2C4fa8e9H0a5VzALc/hbvl"
    "D5HHCvoEYuZ73ld+yIllaW3yhNb/JHQoXlIshApocPYcXKTbn+p4yCVmV9WpVtF93rf8pg"
    "sInAJhJtogdnjReRixfy/ralt5vsoSAdaEPL2/M1e+K/FfbjdLyBW/FFq3DXRUO466Ia7t"
    "og+oTDrYscJZoFmHlHd8O3wE31mQrNRQys6HYrmtsd//LVejkXMQes6WfW1uRErXgS2Njj"
    "P162O+5pEFgAwtXr7bsD7gwue66UAV1GHXBxL0mit8Zf3W1iAfWRgEocgJe72J07tAloKK"
    "vWyEEqStnDv/eQsoAGKWsq5fhpjLPlq0KuT68vo6DJj/r1ftBixvxnC+KIZyBk6H4x0aWK"
    "Arpf9Op+cdxSiustefSfsDepRsSzt6YN0XC0JXbIR0EkHCLh5x4JHyXxk/pqsdl0vIH8jn"
    "A1C8VL8rsKvTkCCG5BcLw32GsUSKqDGuLeJRTk4+8Ne4NjewY+j15Jw3ra4acu4zjEFwVd"
    "H2URDnLWVM4UP7M9rqOUy2CQsaYyhhjVBGJUOojg1GNU0YKE772Qvk4kUar8zWlTnIoPsz"
    "EbR3QrR4ZQ1aFCVUzcsgPXej80Axjo648SrGKEKRaq5AgDOR6hSiWaf8WOxGhsSNbMIQZS"
    "PMoyXuAQEVe5GEiAwWVAcBnQ8aUBDpLmjxY4SEcXQW8Hqc09C2N6SJgSZz2ReEfJG9Mmzy"
    "gfoo1LdC7+UM9W7/WezjOmgaIhXoCYaCZeXbUxE6+u6s1E/p7g7bBnSoHh3XAD2R2lYIp9"
    "Yog9if3H7cUawy+HnEspPidjEOv7qFXaf/w/5zdb4g=="
)

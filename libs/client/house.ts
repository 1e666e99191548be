// Written by `npm run client` from what the services say of themselves.

/** A reusable container. */
export interface Asset {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  readonly asset_type: '3-compartment' | 'clamshell' | 'large-bowl' | 'small-bowl' | 'mug'
  /** OUT from its checkout until it is scanned itself. */
  readonly state: 'AVAILABLE' | 'OUT'
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces: A reusable container. */
export interface AssetBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly asset_type: '3-compartment' | 'clamshell' | 'large-bowl' | 'small-bowl' | 'mug'
}

/** Asset page. */
export interface AssetPage {
  readonly results: readonly Asset[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A merge patch (RFC 7396) of an asset: what is absent stays, null restores the default. */
export interface AssetPatch {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly asset_type?: '3-compartment' | 'clamshell' | 'large-bowl' | 'small-bowl' | 'mug' | null | undefined
}

/** One movement of money. */
export interface BudgetItem {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** What it is. */
  readonly item: string
  /** In the minor unit of the currency: cents, not euros. */
  readonly amount_minor: number
  /** ISO 4217. */
  readonly currency_code: string
  /** Whether money comes in or goes out. */
  readonly flow: 'INFLOW' | 'OUTFLOW'
  /** The payee who pays. */
  readonly payor_id: string
  /** The payee who is paid. */
  readonly payee_id: string
  readonly transaction_date: string
  readonly category: string | null
  readonly note: string | null
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces a budget-item. */
export interface BudgetItemBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  /** What it is. */
  readonly item: string
  /** In the minor unit of the currency: cents, not euros. */
  readonly amount_minor: number
  /** ISO 4217. */
  readonly currency_code: string
  /** Whether money comes in or goes out. */
  readonly flow?: 'INFLOW' | 'OUTFLOW' | undefined
  /** The payee who pays; or payor_name. */
  readonly payor_id?: string | null | undefined
  /** The payee who is paid; or payee_name. */
  readonly payee_id?: string | null | undefined
  /** By default today, where the books are kept. */
  readonly transaction_date?: string | null | undefined
  readonly category?: string | null | undefined
  readonly note?: string | null | undefined
  /** In place of payor_id. Case and outer spaces do not matter; a name that nobody has makes that payee. */
  readonly payor_name?: string | null | undefined
  /** In place of payee_id, like payor_name. */
  readonly payee_name?: string | null | undefined
}

/** Budget item page. */
export interface BudgetItemPage {
  readonly results: readonly BudgetItem[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A merge patch (RFC 7396) of a budget-item: what is absent stays, null restores the default. */
export interface BudgetItemPatch {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly item?: string | null | undefined
  readonly amount_minor?: number | null | undefined
  readonly currency_code?: string | null | undefined
  readonly flow?: 'INFLOW' | 'OUTFLOW' | null | undefined
  readonly payor_id?: string | null | undefined
  readonly payee_id?: string | null | undefined
  readonly transaction_date?: string | null | undefined
  readonly category?: string | null | undefined
  readonly note?: string | null | undefined
}

/** Consumer. */
export interface Consumer {
  /** Its name. */
  readonly id: string
  /** Its place, such as consumers/…. */
  readonly path: string
  /** The service whose it is. */
  readonly service: string
  readonly kind: 'LISTENER' | 'QUEUE'
  /** Whether the code of this process has it. What is left of others can be forgotten. */
  readonly declared: boolean
  /** The types of events that a listener gets. */
  readonly events: readonly string[]
  /** The listeners that it comes after. */
  readonly after: readonly string[]
  /** Up to there in the inbox a listener has dealt with all events. */
  readonly position: number | null
  /** Events that have arrived for a listener and that it has not come to. */
  readonly lag: number
  /** Items that may be taken when they are due; 10,000 stands for that many or more. */
  readonly ready: number
  /** Items that wait for another one of their key. */
  readonly waiting: number
  /** Items that wait for a listener which comes first. */
  readonly blocked: number
  /** Items that somebody works on. */
  readonly in_hand: number
  /** Dead letters. */
  readonly dead: number
  /** Since when the oldest that is still to be done is there. */
  readonly oldest_time: string | null
  /** How often that one failed which is not dead and failed most. */
  readonly most_attempts: number
  /** Since when nothing is taken from it. */
  readonly pause_time: string | null
}

/** Consumer page. */
export interface ConsumerPage {
  readonly results: readonly Consumer[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Services whose database is away. */
  readonly unreachable?: readonly string[]
}

/** Dead letter. */
export interface DeadLetter {
  /** Its service and its number there. */
  readonly id: string
  /** Its place, such as dead-letters/…. */
  readonly path: string
  /** The service whose it is. */
  readonly service: string
  /** The listener or queue. */
  readonly consumer: string
  /** What it has to be in order with; of an event its subject. */
  readonly key: string | null
  /** What is alike in errors of its kind: a code, or the name of an error. */
  readonly cause: string | null
  /** The last error. */
  readonly error: string | null
  /** How often it was tried. */
  readonly attempts: number
  /** What is to be done, or the event that is to be handled. */
  readonly payload: Readonly<Record<string, unknown>>
  /** When it was put there. */
  readonly create_time: string
  /** When it failed last, or was edited. */
  readonly update_time: string
  readonly failed_attempts: readonly FailedAttempt[]
  readonly interventions: readonly DeadLetterIntervention[]
}

/** Dead letter cause. */
export interface DeadLetterCause {
  /** The service whose it is. */
  readonly service: string
  /** The listener or queue. */
  readonly consumer: string
  readonly cause: string
  /** How many dead letters there are of it. */
  readonly count: number
  /** When the first of them failed. */
  readonly first_time: string
  /** When the last of them failed. */
  readonly last_time: string
  /** The ids of the oldest one and of the newest. */
  readonly examples: readonly string[]
}

/** Dead letter cause page. */
export interface DeadLetterCausePage {
  readonly results: readonly DeadLetterCause[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Services whose database is away. */
  readonly unreachable?: readonly string[]
}

/** Dead letter intervention. */
export interface DeadLetterIntervention {
  readonly actor: string
  readonly action: string
  /** What an edit replaced, or the `subject` that was erased. */
  readonly payload: Readonly<Record<string, unknown>> | null
  readonly create_time: string
}

/** Erased subject. */
export interface ErasedSubject {
  /** The path of a resource. */
  readonly subject: string
  /** How many events were emptied, or would be. */
  readonly events: number
  /** How many items and dead letters were deleted, or would be. */
  readonly items: number
  readonly dry_run: boolean
}

/** Event reader. */
export interface EventReader {
  /** A service of the same process, or the way into a broker. */
  readonly reader: string
  /** It has all up to there. */
  readonly position: number
  /** Events that it has not got. */
  readonly lag: number
  /** When it last came. */
  readonly update_time: string
}

/** Event source. */
export interface EventSource {
  /** A service of the same process, or what of a broker is read. */
  readonly source: string
  /** Events that it has not got; null where that is not known. */
  readonly lag: number | null
  /** How long the oldest of them has been there; null likewise. */
  readonly lag_seconds: number | null
}

/** What may be added to a pizza. */
export interface Extra {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** Unique, whatever its case. */
  readonly name: string
  /** In the minor unit of the currency: cents, not euros. */
  readonly price_minor: number
  /** ISO 4217. */
  readonly currency_code: string
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces: What may be added to a pizza. */
export interface ExtraBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  /** Unique, whatever its case. */
  readonly name: string
  /** In the minor unit of the currency: cents, not euros. */
  readonly price_minor: number
  /** ISO 4217. */
  readonly currency_code: string
}

/** Extra page. */
export interface ExtraPage {
  readonly results: readonly Extra[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A merge patch (RFC 7396) of an extra: what is absent stays, null restores the default. */
export interface ExtraPatch {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name?: string | null | undefined
  readonly price_minor?: number | null | undefined
  readonly currency_code?: string | null | undefined
}

/** A factory and what it reported. */
export interface Factory {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  readonly name: string | null
  /** Production against goal. */
  readonly chart_data: {
    /** Sprockets made. */
    readonly sprocket_production_actual: readonly number[]
    /** Sprockets that should have been made. */
    readonly sprocket_production_goal: readonly number[]
    /** Unix seconds, increasing. */
    readonly time: readonly number[]
  }
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces: A factory and what it reported. */
export interface FactoryBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name?: string | null | undefined
  /** Production against goal. */
  readonly chart_data: {
    /** Sprockets made. */
    readonly sprocket_production_actual: readonly number[]
    /** Sprockets that should have been made. */
    readonly sprocket_production_goal: readonly number[]
    /** Unix seconds, increasing. */
    readonly time: readonly number[]
  }
}

/** Factory page. */
export interface FactoryPage {
  readonly results: readonly Factory[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** Failed attempt. */
export interface FailedAttempt {
  readonly error: string
  readonly create_time: string
}

/** Forgotten consumer. */
export interface ForgottenConsumer {
  /** The service whose it is. */
  readonly service: string
  /** The listener or queue. */
  readonly consumer: string
  /** How much it had set aside or still had to do; nobody will. */
  readonly items: number
}

/** What pizzas are made of. */
export interface Ingredient {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** Unique, whatever its case. */
  readonly name: string
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces: What pizzas are made of. */
export interface IngredientBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  /** Unique, whatever its case. */
  readonly name: string
}

/** Ingredient page. */
export interface IngredientPage {
  readonly results: readonly Ingredient[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A merge patch (RFC 7396) of an ingredient: what is absent stays, null restores the default. */
export interface IngredientPatch {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name?: string | null | undefined
}

/** Intervention. */
export interface Intervention {
  /** The service whose it is. */
  readonly service: string
  /** The listener or queue, if it was about one. */
  readonly consumer: string | null
  /** The dead letter, if it was about one. */
  readonly dead_letter_id: string | null
  /** Who did it, as they said. */
  readonly actor: string
  /** replay, discard, edit, pause, resume, forget or erase. */
  readonly action: string
  /** What an edit replaced, or the `subject` that was erased. */
  readonly payload: Readonly<Record<string, unknown>> | null
  readonly create_time: string
}

/** Intervention page. */
export interface InterventionPage {
  readonly results: readonly Intervention[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Services whose database is away. */
  readonly unreachable?: readonly string[]
}

/** Listed dead letter. */
export interface ListedDeadLetter {
  /** Its service and its number there. */
  readonly id: string
  /** The service whose it is. */
  readonly service: string
  /** The listener or queue. */
  readonly consumer: string
  /** What it has to be in order with; of an event its subject. */
  readonly key: string | null
  /** What is alike in errors of its kind: a code, or the name of an error. */
  readonly cause: string | null
  /** The last error. */
  readonly error: string | null
  /** How often it was tried. */
  readonly attempts: number
  /** What is to be done, or the event that is to be handled. */
  readonly payload: Readonly<Record<string, unknown>>
  /** When it was put there. */
  readonly create_time: string
  /** When it failed last, or was edited. */
  readonly update_time: string
  /** Where the rest of it is, such as dead-letters/rentals-17. */
  readonly path: string
}

/** Listed dead letter page. */
export interface ListedDeadLetterPage {
  readonly results: readonly ListedDeadLetter[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Services whose database is away. */
  readonly unreachable?: readonly string[]
}

/** A place where containers go out and come back. */
export interface Location {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  readonly name: string
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces: A place where containers go out and come back. */
export interface LocationBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name: string
}

/** Location page. */
export interface LocationPage {
  readonly results: readonly Location[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A merge patch (RFC 7396) of a location: what is absent stays, null restores the default. */
export interface LocationPatch {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name?: string | null | undefined
}

/** An order of pizzas. What was ordered, and at which price, is fixed when it is placed. */
export interface Order {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** Whose order it is. */
  readonly name: string
  /** Any usual spelling comes in, a national number as dialled in the region of the address; E.164 is stored. */
  readonly contact_phones: readonly string[]
  /** Where it goes. */
  readonly delivery_address: {
    readonly street: string
    readonly house_number: string
    readonly apt?: string | null
    readonly city: string
    /** ISO 3166-1. */
    readonly region_code: string
  }
  /** What was ordered. */
  readonly packages: readonly {
    readonly pizza_id: string
    /** As it was called when the order was placed. */
    readonly name: string
    /** Of one, as it was when the order was placed; 0 for what is free. */
    readonly price_minor: number
    /** How many pizzas. */
    readonly quantity: number
    readonly garnishes?: readonly {
      readonly extra_id: string
      /** As it was called when the order was placed. */
      readonly name: string
      /** Of one, as it was when the order was placed; 0 for what is free. */
      readonly price_minor: number
      /** For the whole package, not for each pizza. */
      readonly quantity: number
    }[]
  }[]
  /** What all of it costs, in the minor unit of the currency, exact. */
  readonly total_minor: number
  /** ISO 4217. */
  readonly currency_code: string
  readonly state: 'PLACED' | 'ACCEPTED' | 'READY' | 'DELIVERED' | 'REFUNDED' | 'CANCELLED'
  /** The states that it had, the first one first. */
  readonly state_changes: readonly {
    readonly state: 'PLACED' | 'ACCEPTED' | 'READY' | 'DELIVERED' | 'REFUNDED' | 'CANCELLED'
    readonly change_time: string
    /** Who did it, if they said so. */
    readonly by?: string | null
  }[]
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces an order. */
export interface OrderBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  /** Whose order it is. */
  readonly name: string
  /** Any usual spelling comes in, a national number as dialled in the region of the address; E.164 is stored. */
  readonly contact_phones: readonly string[]
  /** Where it goes. */
  readonly delivery_address: {
    readonly street: string
    readonly house_number: string
    readonly apt?: string | null | undefined
    readonly city: string
    /** ISO 3166-1. */
    readonly region_code: string
  }
  /** What is ordered, in one currency. */
  readonly packages: readonly {
    /** A pizza that is on the menu. */
    readonly pizza_id: string
    /** How many pizzas. */
    readonly quantity: number
    readonly garnishes?: readonly {
      /** An extra that is offered for the pizza; each once. */
      readonly extra_id: string
      /** For the whole package, not for each pizza. */
      readonly quantity: number
    }[] | undefined
  }[]
}

/** Order page. */
export interface OrderPage {
  readonly results: readonly Order[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A person or firm on either side of a transaction. */
export interface Payee {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  readonly name: string
  readonly email: string | null
  /** Any usual spelling comes in, E.164 is stored. */
  readonly phone: string | null
  readonly note: string | null
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces: A person or firm on either side of a transaction. */
export interface PayeeBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name: string
  readonly email?: string | null | undefined
  /** Any usual spelling comes in, E.164 is stored. */
  readonly phone?: string | null | undefined
  readonly note?: string | null | undefined
}

/** Payee page. */
export interface PayeePage {
  readonly results: readonly Payee[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A merge patch (RFC 7396) of a payee: what is absent stays, null restores the default. */
export interface PayeePatch {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name?: string | null | undefined
  readonly email?: string | null | undefined
  readonly phone?: string | null | undefined
  readonly note?: string | null | undefined
}

/** A pizza on the menu. */
export interface Pizza {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** Unique, whatever its case. */
  readonly name: string
  /** In the minor unit of the currency: cents, not euros. */
  readonly price_minor: number
  /** ISO 4217. */
  readonly currency_code: string
  /** Ids of what it is made of. */
  readonly ingredients: readonly string[]
  /** Paths of its pictures as `:upload-image` gives them, the best first. */
  readonly images: readonly string[]
  /** What may be added to it. */
  readonly extras: readonly {
    readonly extra_id: string
    /** Whether it costs nothing on this pizza. */
    readonly free?: boolean
  }[]
  /** Only what is ON_MENU can be ordered. */
  readonly state: 'ON_MENU' | 'SOLD_OUT' | 'RETIRED'
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces: A pizza on the menu. */
export interface PizzaBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  /** Unique, whatever its case. */
  readonly name: string
  /** In the minor unit of the currency: cents, not euros. */
  readonly price_minor: number
  /** ISO 4217. */
  readonly currency_code: string
  /** Ids of what it is made of. */
  readonly ingredients?: readonly string[] | undefined
  /** Paths of its pictures as `:upload-image` gives them, the best first. */
  readonly images?: readonly string[] | undefined
  /** What may be added to it. */
  readonly extras?: readonly {
    readonly extra_id: string
    /** Whether it costs nothing on this pizza. */
    readonly free?: boolean | undefined
  }[] | undefined
}

/** What may be added to a pizza. */
export interface PizzaExtra {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** Unique, whatever its case. */
  readonly name: string
  /** In the minor unit of the currency: cents, not euros. */
  readonly price_minor: number
  /** ISO 4217. */
  readonly currency_code: string
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
  /** Whether it costs nothing on this pizza. */
  readonly free: boolean
}

/** Pizza extra page. */
export interface PizzaExtraPage {
  readonly results: readonly PizzaExtra[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** Pizza page. */
export interface PizzaPage {
  readonly results: readonly Pizza[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A merge patch (RFC 7396) of a pizza: what is absent stays, null restores the default. */
export interface PizzaPatch {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name?: string | null | undefined
  readonly price_minor?: number | null | undefined
  readonly currency_code?: string | null | undefined
  readonly ingredients?: readonly string[] | null | undefined
  readonly images?: readonly string[] | null | undefined
  readonly extras?: readonly {
    readonly extra_id: string
    /** Whether it costs nothing on this pizza. */
    readonly free?: boolean | undefined
  }[] | null | undefined
}

/** That somebody has a container, or had it. */
export interface Rental {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** Who has it. */
  readonly user_id: string
  /** What was lent. */
  readonly asset_id: string
  /** Where it went out. */
  readonly created_at_location_id: string
  /** By when it is to be back. */
  readonly expire_time: string
  /** FLAGGED is late: come back too late, or long overdue and still out. */
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FLAGGED' | 'FORGIVEN'
  /** What may come back for it. */
  readonly eligible_asset_types: readonly ('3-compartment' | 'clamshell' | 'large-bowl' | 'small-bowl' | 'mug')[]
  /** Where it, or what may come back for it, was scanned. */
  readonly returned_at_location_id: string | null
  /** When that was scanned; null while the rental is open, and when it was forgiven open. */
  readonly return_time: string | null
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces a rental. */
export interface RentalBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  /** Who has it. */
  readonly user_id: string
  /** What was lent. */
  readonly asset_id: string
  /** Where it went out. */
  readonly created_at_location_id: string
  /** By when it is to be back; by default after the usual period (`RENTALS_PERIOD`). */
  readonly expire_time?: string | null | undefined
}

/** Rental page. */
export interface RentalPage {
  readonly results: readonly Rental[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** One scan of a user's and a container's code, and what became of it. */
export interface Return {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** Where it was scanned. */
  readonly location_id: string
  /** The user's code as scanned: its id in base64. */
  readonly user_qr_data: string
  /** The container's code as scanned: its id in base64. */
  readonly asset_qr_data: string
  /** When, by the clock of the scanner, which may have been offline since. */
  readonly scan_time: string
  /** COMPLETED when it settled a rental, late or not. */
  readonly state: 'PENDING' | 'COMPLETED' | 'REJECTED'
  /** The rental that it settled. */
  readonly rental_id: string | null
  /** Why it was rejected. */
  readonly reason: 'qr_unreadable' | 'user_unknown' | 'asset_unknown' | 'no_eligible_rental' | 'already_returned' | 'rental_mismatch' | null
  /** The only rental that it may settle, if it came with one. */
  readonly expected_rental_id: string | null
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces a return. */
export interface ReturnBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  /** Where it was scanned. */
  readonly location_id: string
  /** The user's code as scanned: its id in base64. */
  readonly user_qr_data: string
  /** The container's code as scanned: its id in base64. */
  readonly asset_qr_data: string
  /** When, by the clock of the scanner, which may have been offline since. */
  readonly scan_time: string
}

/** How the scans at one location ended. */
export interface ReturnCount {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** Where they were scanned: also the id of this. */
  readonly location_id: string
  /** Scans that settled a rental in time. */
  readonly completed: number
  /** Scans that settled a rental which is flagged. */
  readonly flagged: number
  /** Scans that settled none. */
  readonly rejected: number
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** Return count page. */
export interface ReturnCountPage {
  readonly results: readonly ReturnCount[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** Return page. */
export interface ReturnPage {
  readonly results: readonly Return[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** Schedule state. */
export interface ScheduleState {
  /** Its name. */
  readonly schedule: string
  /** When it runs, with the time zone. */
  readonly rule: string
  /** When it runs next. */
  readonly due_time: string
  /** When it last ran to its end. */
  readonly last_time: string | null
  /** Those that have failed since. */
  readonly attempts: number
}

/** Service. */
export interface Service {
  /** Its name. */
  readonly id: string
  /** Its place, such as services/…. */
  readonly path: string
  /** The service whose it is. */
  readonly service: string
  /** The last place in the log of what it has emitted. */
  readonly published_position: number
  /** The last place in the log of what has arrived for its listeners. */
  readonly received_position: number
  /** Who reads what it emits. */
  readonly readers: readonly EventReader[]
  /** What it hears, of itself and of others. */
  readonly sources: readonly EventSource[]
  readonly schedules: readonly ScheduleState[]
}

/** Service page. */
export interface ServicePage {
  readonly results: readonly Service[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Services whose database is away. */
  readonly unreachable?: readonly string[]
}

/** A part in the catalogue. */
export interface Sprocket {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  /** How many teeth it has. */
  readonly teeth: number
  /** Diameter of the pitch circle. */
  readonly pitch_diameter: number
  /** Diameter over the tips of the teeth. */
  readonly outside_diameter: number
  /** Distance from one tooth to the next. */
  readonly pitch: number
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces: A part in the catalogue. */
export interface SprocketBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  /** How many teeth it has. */
  readonly teeth: number
  /** Diameter of the pitch circle. */
  readonly pitch_diameter: number
  /** Diameter over the tips of the teeth. */
  readonly outside_diameter: number
  /** Distance from one tooth to the next. */
  readonly pitch: number
}

/** Sprocket page. */
export interface SprocketPage {
  readonly results: readonly Sprocket[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A merge patch (RFC 7396) of a sprocket: what is absent stays, null restores the default. */
export interface SprocketPatch {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly teeth?: number | null | undefined
  readonly pitch_diameter?: number | null | undefined
  readonly outside_diameter?: number | null | undefined
  readonly pitch?: number | null | undefined
}

/** Treated dead letters. */
export interface TreatedDeadLetters {
  /** How many were treated, or would be. */
  readonly count: number
  readonly dry_run: boolean
  /** Of a dry run, the first ten. */
  readonly examples: readonly ListedDeadLetter[]
}

/** A person who takes containers and brings them back. */
export interface User {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id: string
  /** Collection and id. */
  readonly path: string
  readonly name: string
  readonly email: string | null
  /** E.164: +, country and number, without spaces. */
  readonly phone: string | null
  /** BCP 47. */
  readonly language_code: string | null
  /** When it was made. */
  readonly create_time: string
  /** When it was last written. */
  readonly update_time: string
}

/** What makes or replaces: A person who takes containers and brings them back. */
export interface UserBody {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name: string
  readonly email?: string | null | undefined
  /** E.164: +, country and number, without spaces. */
  readonly phone?: string | null | undefined
  /** BCP 47. */
  readonly language_code?: string | null | undefined
}

/** User page. */
export interface UserPage {
  readonly results: readonly User[]
  /** Absent on the last page. */
  readonly next_page_token?: string
  /** Only when show_total_size was set. */
  readonly total_size?: number
}

/** A merge patch (RFC 7396) of a user: what is absent stays, null restores the default. */
export interface UserPatch {
  /** Chosen by the client on create, else a UUIDv7. */
  readonly id?: string | undefined
  readonly name?: string | null | undefined
  readonly email?: string | null | undefined
  readonly phone?: string | null | undefined
  readonly language_code?: string | null | undefined
}

/** What a problem may be called. */
export type Code = 'already_exists' | 'already_there' | 'asset_out' | 'batch_too_large' | 'body_required' | 'body_too_large' | 'consumer_declared' | 'consumer_undeclared' | 'database_busy' | 'database_closed' | 'database_unavailable' | 'duplicate_id' | 'etag_mismatch' | 'event_invalid' | 'event_too_large' | 'extra_not_offered' | 'filter_required' | 'has_dependents' | 'id_mismatch' | 'idempotency_key_in_use' | 'idempotency_key_invalid' | 'idempotency_key_reused' | 'images_full' | 'internal' | 'invalid_csv' | 'invalid_filter' | 'invalid_json' | 'invalid_order' | 'invalid_path' | 'invalid_request' | 'listed_twice' | 'malformed_form' | 'media_busy' | 'merge_into_itself' | 'mixed_currencies' | 'not_acceptable' | 'not_found' | 'order_open' | 'order_state' | 'other_currency' | 'page_token_invalid' | 'payee_ambiguous' | 'payees_trade' | 'phone_invalid' | 'picture_damaged' | 'picture_too_large' | 'picture_too_slow' | 'picture_unsupported' | 'pizza_retired' | 'pizza_sold_out' | 'position_gone' | 'precondition_not_supported' | 'reference_not_found' | 'rental_closed' | 'request_timeout' | 'rule_broken' | 'same_party' | 'storage_full' | 'sum_too_large' | 'time_taken' | 'timeout' | 'too_many_groups' | 'too_many_requests' | 'too_many_samples' | 'total_too_large' | 'unit_too_slow' | 'unsupported_media_type' | 'uri_too_long'

/** Every path with its methods. */
export interface Paths {
  readonly '/v1/payees': {
    /** List payees. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: PayeePage
    }
    /** Make a payee. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: PayeeBody
      readonly reply: Payee
    }
  }
  readonly '/v1/payees/{payee_id}': {
    /** Get a payee. */
    readonly get: {
      readonly reply: Payee
    }
    /** Change a payee. */
    readonly patch: {
      readonly body: PayeePatch
      readonly reply: Payee
    }
    /** Replace a payee, or make it. */
    readonly put: {
      readonly body: PayeeBody
      readonly reply: Payee
    }
    /** Delete a payee. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/payees:batch-get': {
    /** Get many payees. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly Payee[]
      }
    }
  }
  readonly '/v1/payees:batch-create': {
    /** Make many payees. */
    readonly post: {
      readonly body: {
        readonly requests: readonly PayeeBody[]
      }
      readonly reply: {
        readonly results: readonly Payee[]
      }
    }
  }
  readonly '/v1/payees:batch-update': {
    /** Change many payees. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly patch: PayeePatch
        }[]
      }
      readonly reply: {
        readonly results: readonly Payee[]
      }
    }
  }
  readonly '/v1/payees:batch-delete': {
    /** Delete many payees. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly force?: boolean | undefined
        }[]
      }
      readonly reply: {
        readonly results: readonly {
          readonly id: string
          readonly path: string
        }[]
      }
    }
  }
  readonly '/v1/payees/{payee_id}:merge': {
    /** Fold a payee into another, items and all. */
    readonly post: {
      readonly body: {
        /** The payee that stays, and is answered. */
        readonly into_payee_id: string
      }
      readonly reply: Payee
    }
  }
  readonly '/v1/budget-items': {
    /** List budget-items. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: BudgetItemPage
    }
    /** Make a budget-item. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: BudgetItemBody
      readonly reply: BudgetItem
    }
  }
  readonly '/v1/budget-items/{budget_item_id}': {
    /** Get a budget-item. */
    readonly get: {
      readonly reply: BudgetItem
    }
    /** Change a budget-item. */
    readonly patch: {
      readonly body: BudgetItemPatch
      readonly reply: BudgetItem
    }
    /** Replace a budget-item, or make it. */
    readonly put: {
      readonly body: BudgetItemBody
      readonly reply: BudgetItem
    }
    /** Delete a budget-item. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/budget-items:batch-get': {
    /** Get many budget-items. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly BudgetItem[]
      }
    }
  }
  readonly '/v1/budget-items:batch-create': {
    /** Make many budget-items. */
    readonly post: {
      readonly body: {
        readonly requests: readonly BudgetItemBody[]
      }
      readonly reply: {
        readonly results: readonly BudgetItem[]
      }
    }
  }
  readonly '/v1/budget-items:batch-update': {
    /** Change many budget-items. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly patch: BudgetItemPatch
        }[]
      }
      readonly reply: {
        readonly results: readonly BudgetItem[]
      }
    }
  }
  readonly '/v1/budget-items:batch-delete': {
    /** Delete many budget-items. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly force?: boolean | undefined
        }[]
      }
      readonly reply: {
        readonly results: readonly {
          readonly id: string
          readonly path: string
        }[]
      }
    }
  }
  readonly '/v1/budget-items:summarize': {
    /** Sum up by month, category or payee. */
    readonly get: {
      readonly query: {
        /** What each group has in common. */
        readonly group_by: 'month' | 'category' | 'payee'
        /** The first day. */
        readonly from_date?: string | undefined
        /** The last day. */
        readonly to_date?: string | undefined
        /** Needed where items are in several currencies. */
        readonly currency_code?: string | undefined
      }
      readonly reply: {
        readonly group_by: 'month' | 'category' | 'payee'
        /** null when there is nothing to sum up. */
        readonly currency_code?: string | null
        /** Months in order of time, others in order of their key, null first. */
        readonly groups: readonly {
          /** The month (2026-11), the category (null for items without one) or the id of the payee. */
          readonly key?: string | null
          /** Of the payee. */
          readonly name?: string | null
          /** How many. */
          readonly items: number
          readonly inflow_minor: number
          readonly outflow_minor: number
          /** Inflow less outflow. */
          readonly net_minor: number
          /** By month: the net of this group and all before it in this answer. */
          readonly balance_minor?: number | null
        }[]
        readonly total: {
          /** How many. */
          readonly items: number
          readonly inflow_minor: number
          readonly outflow_minor: number
          /** Inflow less outflow. */
          readonly net_minor: number
        }
      }
    }
  }
  readonly '/v1/budget-items:export': {
    /** Write all items as CSV. */
    readonly get: {
      readonly reply: string
    }
  }
  readonly '/v1/budget-items:import': {
    /** Make and replace items from CSV, all or nothing. */
    readonly post: {
      readonly upload: 'text/csv'
      readonly reply: {
        readonly rows: number
        readonly created: number
        readonly updated: number
        /** Were there already, and alike. */
        readonly unchanged: number
      }
    }
  }
  readonly '/v1/users': {
    /** List users. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: UserPage
    }
    /** Make a user. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: UserBody
      readonly reply: User
    }
  }
  readonly '/v1/users/{user_id}': {
    /** Get a user. */
    readonly get: {
      readonly reply: User
    }
    /** Change a user. */
    readonly patch: {
      readonly body: UserPatch
      readonly reply: User
    }
    /** Replace a user, or make it. */
    readonly put: {
      readonly body: UserBody
      readonly reply: User
    }
    /** Delete a user. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/users:batch-get': {
    /** Get many users. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly User[]
      }
    }
  }
  readonly '/v1/users:batch-create': {
    /** Make many users. */
    readonly post: {
      readonly body: {
        readonly requests: readonly UserBody[]
      }
      readonly reply: {
        readonly results: readonly User[]
      }
    }
  }
  readonly '/v1/users:batch-update': {
    /** Change many users. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly patch: UserPatch
        }[]
      }
      readonly reply: {
        readonly results: readonly User[]
      }
    }
  }
  readonly '/v1/users:batch-delete': {
    /** Delete many users. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly force?: boolean | undefined
        }[]
      }
      readonly reply: {
        readonly results: readonly {
          readonly id: string
          readonly path: string
        }[]
      }
    }
  }
  readonly '/v1/assets': {
    /** List assets. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: AssetPage
    }
    /** Make an asset. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: AssetBody
      readonly reply: Asset
    }
  }
  readonly '/v1/assets/{asset_id}': {
    /** Get an asset. */
    readonly get: {
      readonly reply: Asset
    }
    /** Change an asset. */
    readonly patch: {
      readonly body: AssetPatch
      readonly reply: Asset
    }
    /** Replace an asset, or make it. */
    readonly put: {
      readonly body: AssetBody
      readonly reply: Asset
    }
    /** Delete an asset. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/assets:batch-get': {
    /** Get many assets. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly Asset[]
      }
    }
  }
  readonly '/v1/assets:batch-create': {
    /** Make many assets. */
    readonly post: {
      readonly body: {
        readonly requests: readonly AssetBody[]
      }
      readonly reply: {
        readonly results: readonly Asset[]
      }
    }
  }
  readonly '/v1/assets:batch-update': {
    /** Change many assets. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly patch: AssetPatch
        }[]
      }
      readonly reply: {
        readonly results: readonly Asset[]
      }
    }
  }
  readonly '/v1/assets:batch-delete': {
    /** Delete many assets. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly force?: boolean | undefined
        }[]
      }
      readonly reply: {
        readonly results: readonly {
          readonly id: string
          readonly path: string
        }[]
      }
    }
  }
  readonly '/v1/locations': {
    /** List locations. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: LocationPage
    }
    /** Make a location. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: LocationBody
      readonly reply: Location
    }
  }
  readonly '/v1/locations/{location_id}': {
    /** Get a location. */
    readonly get: {
      readonly reply: Location
    }
    /** Change a location. */
    readonly patch: {
      readonly body: LocationPatch
      readonly reply: Location
    }
    /** Replace a location, or make it. */
    readonly put: {
      readonly body: LocationBody
      readonly reply: Location
    }
    /** Delete a location. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/locations:batch-get': {
    /** Get many locations. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly Location[]
      }
    }
  }
  readonly '/v1/locations:batch-create': {
    /** Make many locations. */
    readonly post: {
      readonly body: {
        readonly requests: readonly LocationBody[]
      }
      readonly reply: {
        readonly results: readonly Location[]
      }
    }
  }
  readonly '/v1/locations:batch-update': {
    /** Change many locations. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly patch: LocationPatch
        }[]
      }
      readonly reply: {
        readonly results: readonly Location[]
      }
    }
  }
  readonly '/v1/locations:batch-delete': {
    /** Delete many locations. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly force?: boolean | undefined
        }[]
      }
      readonly reply: {
        readonly results: readonly {
          readonly id: string
          readonly path: string
        }[]
      }
    }
  }
  readonly '/v1/rentals': {
    /** List rentals. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: RentalPage
    }
    /** Make a rental. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: RentalBody
      readonly reply: Rental
    }
  }
  readonly '/v1/users/{user_id}/rentals': {
    /** List the rentals of a user. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: RentalPage
    }
  }
  readonly '/v1/rentals/{rental_id}': {
    /** Get a rental. */
    readonly get: {
      readonly reply: Rental
    }
  }
  readonly '/v1/rentals/{rental_id}:forgive': {
    /** Forgive a rental. */
    readonly post: {
      readonly body?: {}
      readonly reply: Rental
    }
  }
  readonly '/rentals/{rental_id}': {
    /** Return a rental. @deprecated For clients that know nothing else. */
    readonly put: {
      readonly body: {
        /** Where it was scanned. */
        readonly location_id: string
        /** The user's code as scanned: its id in base64. */
        readonly user_qr_data: string
        /** The container's code as scanned: its id in base64. */
        readonly asset_qr_data: string
        /** When it was scanned; UTC without an offset. */
        readonly timestamp: string
      }
      readonly reply: Return
    }
    /** Get a rental. @deprecated For clients that know nothing else. */
    readonly get: {
      readonly reply: Rental
    }
  }
  readonly '/rentals/users/{user_id}': {
    /** List the rentals of a user. @deprecated For clients that know nothing else. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: RentalPage
    }
  }
  readonly '/v1/returns': {
    /** List returns. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: ReturnPage
    }
    /** Make a return. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: ReturnBody
      readonly reply: Return
    }
  }
  readonly '/v1/returns/{return_id}': {
    /** Get a return. */
    readonly get: {
      readonly reply: Return
    }
  }
  readonly '/v1/returns:stream': {
    /** Follow what becomes of scans. */
    readonly get: {
      readonly query?: {
        /** Only of those at this location. */
        readonly location_id?: string | undefined
        /** Where to begin: `now`, at the `beginning` of what is kept, or behind the `id` of an event. */
        readonly from?: string | undefined
        /** With `false` it ends with what has happened so far. */
        readonly live?: boolean | undefined
      }
      readonly events: {
        readonly 'rentals.return_completed': {
          /** The return: one scan. */
          readonly return_id: string
          /** The rental that it settled, and closed. */
          readonly rental_id: string
          /** How the rental ended; FLAGGED is late. */
          readonly status: 'COMPLETED' | 'FLAGGED'
          /** Where it was scanned. */
          readonly location_id: string
          /** When, by the clock of the scanner. */
          readonly return_time: string
          /** The container that was scanned. */
          readonly asset_id: string
          /** The container that was lent: the same, or one for which that may come back. */
          readonly rented_asset_id: string
          /** Who has, or had, the container. */
          readonly user: {
            readonly id: string
            readonly name: string
            readonly email?: string | null
            /** E.164. */
            readonly phone?: string | null
            /** BCP 47. */
            readonly language_code?: string | null
          }
        }
        readonly 'rentals.return_rejected': {
          /** The return: one scan. */
          readonly return_id: string
          readonly reason: 'qr_unreadable' | 'user_unknown' | 'asset_unknown' | 'no_eligible_rental' | 'already_returned' | 'rental_mismatch'
          /** Where it was scanned. */
          readonly location_id: string
          /** When, by the clock of the scanner. */
          readonly scan_time: string
          /** What the user's code says, if it is readable; there may be no such user. */
          readonly user_id?: string | null
          /** What the container's code says, likewise. */
          readonly asset_id?: string | null
        }
      }
    }
  }
  readonly '/v1/return-counts': {
    /** List return-counts. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: ReturnCountPage
    }
  }
  readonly '/v1/return-counts/{return_count_id}': {
    /** Get a return-count. */
    readonly get: {
      readonly reply: ReturnCount
    }
  }
  readonly '/v1/factories': {
    /** List factories. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: FactoryPage
    }
    /** Make a factory. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: FactoryBody
      readonly reply: Factory
    }
  }
  readonly '/v1/factories/{factory_id}': {
    /** Get a factory. */
    readonly get: {
      readonly reply: Factory
    }
  }
  readonly '/v1/factories:batch-get': {
    /** Get many factories. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly Factory[]
      }
    }
  }
  readonly '/v1/factories:batch-create': {
    /** Make many factories. */
    readonly post: {
      readonly body: {
        readonly requests: readonly FactoryBody[]
      }
      readonly reply: {
        readonly results: readonly Factory[]
      }
    }
  }
  readonly '/v1/factories/{factory_id}:append': {
    /** Add samples to a factory. */
    readonly post: {
      readonly body: {
        /** Sprockets made. */
        readonly sprocket_production_actual: readonly number[]
        /** Sprockets that should have been made. */
        readonly sprocket_production_goal: readonly number[]
        /** Unix seconds, increasing. */
        readonly time: readonly number[]
      }
      readonly reply: Factory
    }
  }
  readonly '/v1/factories/{factory_id}:chart': {
    /** Draw production against goal. */
    readonly get: {
      readonly reply: string
    }
  }
  readonly '/v1/sprockets': {
    /** List sprockets. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: SprocketPage
    }
    /** Make a sprocket. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: SprocketBody
      readonly reply: Sprocket
    }
  }
  readonly '/v1/sprockets/{sprocket_id}': {
    /** Get a sprocket. */
    readonly get: {
      readonly reply: Sprocket
    }
    /** Change a sprocket. */
    readonly patch: {
      readonly body: SprocketPatch
      readonly reply: Sprocket
    }
    /** Replace a sprocket, or make it. */
    readonly put: {
      readonly body: SprocketBody
      readonly reply: Sprocket
    }
    /** Delete a sprocket. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/sprockets:batch-get': {
    /** Get many sprockets. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly Sprocket[]
      }
    }
  }
  readonly '/v1/sprockets:batch-create': {
    /** Make many sprockets. */
    readonly post: {
      readonly body: {
        readonly requests: readonly SprocketBody[]
      }
      readonly reply: {
        readonly results: readonly Sprocket[]
      }
    }
  }
  readonly '/v1/sprockets:batch-update': {
    /** Change many sprockets. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly patch: SprocketPatch
        }[]
      }
      readonly reply: {
        readonly results: readonly Sprocket[]
      }
    }
  }
  readonly '/v1/sprockets:batch-delete': {
    /** Delete many sprockets. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly force?: boolean | undefined
        }[]
      }
      readonly reply: {
        readonly results: readonly {
          readonly id: string
          readonly path: string
        }[]
      }
    }
  }
  readonly '/v1/pizzas': {
    /** List pizzas. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: PizzaPage
    }
    /** Make a pizza. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: PizzaBody
      readonly reply: Pizza
    }
  }
  readonly '/v1/pizzas/{pizza_id}': {
    /** Get a pizza. */
    readonly get: {
      readonly reply: Pizza
    }
    /** Change a pizza. */
    readonly patch: {
      readonly body: PizzaPatch
      readonly reply: Pizza
    }
    /** Replace a pizza, or make it. */
    readonly put: {
      readonly body: PizzaBody
      readonly reply: Pizza
    }
    /** Delete a pizza. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/pizzas:batch-get': {
    /** Get many pizzas. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly Pizza[]
      }
    }
  }
  readonly '/v1/pizzas:batch-create': {
    /** Make many pizzas. */
    readonly post: {
      readonly body: {
        readonly requests: readonly PizzaBody[]
      }
      readonly reply: {
        readonly results: readonly Pizza[]
      }
    }
  }
  readonly '/v1/pizzas:batch-update': {
    /** Change many pizzas. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly patch: PizzaPatch
        }[]
      }
      readonly reply: {
        readonly results: readonly Pizza[]
      }
    }
  }
  readonly '/v1/pizzas:batch-delete': {
    /** Delete many pizzas. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly force?: boolean | undefined
        }[]
      }
      readonly reply: {
        readonly results: readonly {
          readonly id: string
          readonly path: string
        }[]
      }
    }
  }
  readonly '/v1/pizzas/{pizza_id}:sell-out': {
    /** Have it not be ordered for now. */
    readonly post: {
      readonly body?: {}
      readonly reply: Pizza
    }
  }
  readonly '/v1/pizzas/{pizza_id}:offer': {
    /** Have it be ordered again. */
    readonly post: {
      readonly body?: {}
      readonly reply: Pizza
    }
  }
  readonly '/v1/pizzas/{pizza_id}:retire': {
    /** Take it off the menu. */
    readonly post: {
      readonly body?: {}
      readonly reply: Pizza
    }
  }
  readonly '/v1/pizzas/{pizza_id}:upload-image': {
    /** Add a picture. */
    readonly post: {
      readonly upload: 'image/jpeg' | 'image/png' | 'image/webp' | 'multipart/form-data'
      readonly reply: Pizza
    }
  }
  readonly '/v1/ingredients': {
    /** List ingredients. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: IngredientPage
    }
    /** Make an ingredient. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: IngredientBody
      readonly reply: Ingredient
    }
  }
  readonly '/v1/ingredients/{ingredient_id}': {
    /** Get an ingredient. */
    readonly get: {
      readonly reply: Ingredient
    }
    /** Change an ingredient. */
    readonly patch: {
      readonly body: IngredientPatch
      readonly reply: Ingredient
    }
    /** Replace an ingredient, or make it. */
    readonly put: {
      readonly body: IngredientBody
      readonly reply: Ingredient
    }
    /** Delete an ingredient. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/ingredients:batch-get': {
    /** Get many ingredients. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly Ingredient[]
      }
    }
  }
  readonly '/v1/ingredients:batch-create': {
    /** Make many ingredients. */
    readonly post: {
      readonly body: {
        readonly requests: readonly IngredientBody[]
      }
      readonly reply: {
        readonly results: readonly Ingredient[]
      }
    }
  }
  readonly '/v1/ingredients:batch-update': {
    /** Change many ingredients. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly patch: IngredientPatch
        }[]
      }
      readonly reply: {
        readonly results: readonly Ingredient[]
      }
    }
  }
  readonly '/v1/ingredients:batch-delete': {
    /** Delete many ingredients. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly force?: boolean | undefined
        }[]
      }
      readonly reply: {
        readonly results: readonly {
          readonly id: string
          readonly path: string
        }[]
      }
    }
  }
  readonly '/v1/extras': {
    /** List extras. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: ExtraPage
    }
    /** Make an extra. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: ExtraBody
      readonly reply: Extra
    }
  }
  readonly '/v1/pizzas/{pizza_id}/extras': {
    /** List the extras of a pizza. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: PizzaExtraPage
    }
  }
  readonly '/v1/extras/{extra_id}': {
    /** Get an extra. */
    readonly get: {
      readonly reply: Extra
    }
    /** Change an extra. */
    readonly patch: {
      readonly body: ExtraPatch
      readonly reply: Extra
    }
    /** Replace an extra, or make it. */
    readonly put: {
      readonly body: ExtraBody
      readonly reply: Extra
    }
    /** Delete an extra. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/extras:batch-get': {
    /** Get many extras. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
        }[]
      }
      readonly reply: {
        readonly results: readonly Extra[]
      }
    }
  }
  readonly '/v1/extras:batch-create': {
    /** Make many extras. */
    readonly post: {
      readonly body: {
        readonly requests: readonly ExtraBody[]
      }
      readonly reply: {
        readonly results: readonly Extra[]
      }
    }
  }
  readonly '/v1/extras:batch-update': {
    /** Change many extras. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly patch: ExtraPatch
        }[]
      }
      readonly reply: {
        readonly results: readonly Extra[]
      }
    }
  }
  readonly '/v1/extras:batch-delete': {
    /** Delete many extras. */
    readonly post: {
      readonly body: {
        readonly requests: readonly {
          readonly id: string
          readonly etag?: string | null | undefined
          readonly force?: boolean | undefined
        }[]
      }
      readonly reply: {
        readonly results: readonly {
          readonly id: string
          readonly path: string
        }[]
      }
    }
  }
  readonly '/v1/orders': {
    /** List orders. */
    readonly get: {
      readonly query?: {
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
        /** Passes over so many results. */
        readonly skip?: number | undefined
        /** A condition on fields; see docs/filtering.md. */
        readonly filter?: string | undefined
        /** Fields in order of weight, `-` for descending. */
        readonly order_by?: string | undefined
        /** Also answers how many results there are in all. */
        readonly show_total_size?: boolean | undefined
      }
      readonly reply: OrderPage
    }
    /** Make an order. */
    readonly post: {
      readonly query?: {
        /** The id that it shall have; else one is made. */
        readonly id?: string | undefined
      }
      readonly body: OrderBody
      readonly reply: Order
    }
  }
  readonly '/v1/orders/{order_id}': {
    /** Get an order. */
    readonly get: {
      readonly reply: Order
    }
    /** Delete an order. */
    readonly delete: {
      readonly query?: {
        /** Also deletes what depends on it. */
        readonly force?: boolean | undefined
      }
      readonly reply: undefined
    }
  }
  readonly '/v1/orders/{order_id}:accept': {
    /** Take a placed order on. */
    readonly post: {
      readonly body?: {
        /** Who does it, for `state_changes`. */
        readonly by?: string | null | undefined
      }
      readonly reply: Order
    }
  }
  readonly '/v1/orders/{order_id}:ready': {
    /** Say that an accepted order is made. */
    readonly post: {
      readonly body?: {
        /** Who does it, for `state_changes`. */
        readonly by?: string | null | undefined
      }
      readonly reply: Order
    }
  }
  readonly '/v1/orders/{order_id}:deliver': {
    /** Say that the customer has an order that was ready. */
    readonly post: {
      readonly body?: {
        /** Who does it, for `state_changes`. */
        readonly by?: string | null | undefined
      }
      readonly reply: Order
    }
  }
  readonly '/v1/orders/{order_id}:refund': {
    /** Give the money of a delivered order back. */
    readonly post: {
      readonly body?: {
        /** Who does it, for `state_changes`. */
        readonly by?: string | null | undefined
      }
      readonly reply: Order
    }
  }
  readonly '/v1/orders/{order_id}:cancel': {
    /** Cancel an order that is not delivered yet. */
    readonly post: {
      readonly body?: {
        /** Who does it, for `state_changes`. */
        readonly by?: string | null | undefined
      }
      readonly reply: Order
    }
  }
  readonly '/v1/orders:stream': {
    /** Follow orders as they come and change. */
    readonly get: {
      readonly query?: {
        /** Where to begin: `now`, at the `beginning` of what is kept, or behind the `id` of an event. */
        readonly from?: string | undefined
        /** With `false` it ends with what has happened so far. */
        readonly live?: boolean | undefined
      }
      readonly events: {
        readonly 'snacks.order_placed': {
          /** The order; `GET /v1/orders/{order_id}` says the rest. */
          readonly order_id: string
          /** Where the customer is called, E.164. */
          readonly contact_phones: readonly string[]
          /** What it costs, in the minor unit of the currency, exact. */
          readonly total_minor: number
          /** ISO 4217. */
          readonly currency_code: string
        }
        readonly 'snacks.order_state_changed': {
          /** The order; `GET /v1/orders/{order_id}` says the rest. */
          readonly order_id: string
          /** What it is now. */
          readonly state: 'ACCEPTED' | 'READY' | 'DELIVERED' | 'REFUNDED' | 'CANCELLED'
          /** What it was before. */
          readonly previous_state: 'PLACED' | 'ACCEPTED' | 'READY' | 'DELIVERED'
          /** When that was. */
          readonly change_time: string
          /** What it costs, in the minor unit of the currency, exact. */
          readonly total_minor: number
          /** ISO 4217. */
          readonly currency_code: string
        }
      }
    }
  }
  readonly '/v1/operations/services': {
    /** List the services of this process, with their logs, who reads them, and their schedules. */
    readonly get: {
      readonly query?: {
        /** One service; all without it. */
        readonly service?: string | undefined
      }
      readonly reply: ServicePage
    }
  }
  readonly '/v1/operations/services/{service_id}': {
    /** Get a service. */
    readonly get: {
      readonly reply: Service
    }
  }
  readonly '/v1/operations/consumers': {
    /** List the listeners and queues, and how things stand with each. */
    readonly get: {
      readonly query?: {
        /** One service; all without it. */
        readonly service?: string | undefined
      }
      readonly reply: ConsumerPage
    }
  }
  readonly '/v1/operations/consumers/{consumer_id}': {
    /** Get a listener or queue. */
    readonly get: {
      readonly reply: Consumer
    }
  }
  readonly '/v1/operations/consumers/{consumer_id}:pause': {
    /** Have nothing taken from a queue, or handled for a listener, until it is resumed. */
    readonly post: {
      readonly body?: {
        /** Who does it, for the record. */
        readonly actor?: string | undefined
      }
      readonly reply: Consumer
    }
  }
  readonly '/v1/operations/consumers/{consumer_id}:resume': {
    /** End the pause of a listener or queue. */
    readonly post: {
      readonly body?: {
        /** Who does it, for the record. */
        readonly actor?: string | undefined
      }
      readonly reply: Consumer
    }
  }
  readonly '/v1/operations/consumers/{consumer_id}:forget': {
    /** Forget a listener or queue that no code has any more, with all that it still had to do. */
    readonly post: {
      readonly body?: {
        /** Who does it, for the record. */
        readonly actor?: string | undefined
      }
      readonly reply: ForgottenConsumer
    }
  }
  readonly '/v1/operations/dead-letters': {
    /** List dead letters, the oldest of each service first. */
    readonly get: {
      readonly query?: {
        /** One service; all without it. */
        readonly service?: string | undefined
        /** A listener or queue. */
        readonly consumer?: string | undefined
        /** What is alike in their errors. */
        readonly cause?: string | undefined
        /** Their key; of an event its subject, such as returns/5. */
        readonly key?: string | undefined
        /** Those that failed then or later. */
        readonly start_time?: string | undefined
        /** Those that failed before. */
        readonly end_time?: string | undefined
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
      }
      readonly reply: ListedDeadLetterPage
    }
  }
  readonly '/v1/operations/dead-letters/{dead_letter_id}': {
    /** Get a dead letter with its attempts, and what was done about it. */
    readonly get: {
      readonly reply: DeadLetter
    }
  }
  readonly '/v1/operations/dead-letter-causes': {
    /** List dead letters by what is alike in their errors, the most frequent first. */
    readonly get: {
      readonly query?: {
        /** One service; all without it. */
        readonly service?: string | undefined
        /** A listener or queue. */
        readonly consumer?: string | undefined
        /** What is alike in their errors. */
        readonly cause?: string | undefined
        /** Their key; of an event its subject, such as returns/5. */
        readonly key?: string | undefined
        /** Those that failed then or later. */
        readonly start_time?: string | undefined
        /** Those that failed before. */
        readonly end_time?: string | undefined
      }
      readonly reply: DeadLetterCausePage
    }
  }
  readonly '/v1/operations/dead-letters/{dead_letter_id}:edit': {
    /** Replace the payload of a dead letter; the old one is kept. */
    readonly post: {
      readonly body: {
        /** All of the new payload. */
        readonly payload: Readonly<Record<string, unknown>>
        /** Who does it, for the record. */
        readonly actor?: string | undefined
      }
      readonly reply: DeadLetter
    }
  }
  readonly '/v1/operations/dead-letters/{dead_letter_id}:replay': {
    /** Have a dead letter tried again. */
    readonly post: {
      readonly body?: {
        /** Who does it, for the record. */
        readonly actor?: string | undefined
        /** Tells what would be done, and does nothing. */
        readonly dry_run?: boolean | undefined
      }
      readonly reply: TreatedDeadLetters
    }
  }
  readonly '/v1/operations/dead-letters:replay': {
    /** Have dead letters tried again, all that are meant. */
    readonly post: {
      readonly body?: {
        /** One service; all without it. */
        readonly service?: string | null | undefined
        /** A listener or queue. */
        readonly consumer?: string | null | undefined
        /** What is alike in their errors. */
        readonly cause?: string | null | undefined
        /** Their key; of an event its subject, such as returns/5. */
        readonly key?: string | null | undefined
        /** Those that failed then or later. */
        readonly start_time?: string | null | undefined
        /** Those that failed before. */
        readonly end_time?: string | null | undefined
        /** These. */
        readonly ids?: readonly string[] | null | undefined
        /** Who does it, for the record. */
        readonly actor?: string | undefined
        /** Tells what would be done, and does nothing. */
        readonly dry_run?: boolean | undefined
      }
      readonly reply: TreatedDeadLetters
    }
  }
  readonly '/v1/operations/dead-letters/{dead_letter_id}:discard': {
    /** Remove a dead letter; for a listener that counts as done. */
    readonly post: {
      readonly body?: {
        /** Who does it, for the record. */
        readonly actor?: string | undefined
        /** Tells what would be done, and does nothing. */
        readonly dry_run?: boolean | undefined
      }
      readonly reply: TreatedDeadLetters
    }
  }
  readonly '/v1/operations/dead-letters:discard': {
    /** Remove dead letters; for a listener that counts as done, all that are meant. */
    readonly post: {
      readonly body?: {
        /** One service; all without it. */
        readonly service?: string | null | undefined
        /** A listener or queue. */
        readonly consumer?: string | null | undefined
        /** What is alike in their errors. */
        readonly cause?: string | null | undefined
        /** Their key; of an event its subject, such as returns/5. */
        readonly key?: string | null | undefined
        /** Those that failed then or later. */
        readonly start_time?: string | null | undefined
        /** Those that failed before. */
        readonly end_time?: string | null | undefined
        /** These. */
        readonly ids?: readonly string[] | null | undefined
        /** Who does it, for the record. */
        readonly actor?: string | undefined
        /** Tells what would be done, and does nothing. */
        readonly dry_run?: boolean | undefined
      }
      readonly reply: TreatedDeadLetters
    }
  }
  readonly '/v1/operations/subjects:erase': {
    /** Erase what events, items and dead letters say of a subject. */
    readonly post: {
      readonly body: {
        /** The path of a resource. */
        readonly subject: string
        /** One service; all without it. */
        readonly service?: string | null | undefined
        /** Who does it, for the record. */
        readonly actor?: string | undefined
        /** Tells what would be done, and does nothing. */
        readonly dry_run?: boolean | undefined
      }
      readonly reply: ErasedSubject
    }
  }
  readonly '/v1/operations/interventions': {
    /** List what people did to listeners, queues, dead letters and subjects, the latest of each service first. */
    readonly get: {
      readonly query?: {
        /** One service; all without it. */
        readonly service?: string | undefined
        /** One listener or queue. */
        readonly consumer?: string | undefined
        /** At most so many results; more than 1000 is lowered to 1000. */
        readonly max_page_size?: number | undefined
        /** The `next_page_token` of the page before. */
        readonly page_token?: string | undefined
      }
      readonly reply: InterventionPage
    }
  }
}

/** Where a POST takes no Idempotency-Key though it changes something, so that it is not sent again by itself. */
export const keyless: ReadonlySet<string> = new Set([
  '/v1/operations/consumers/{consumer_id}:pause',
  '/v1/operations/consumers/{consumer_id}:resume',
  '/v1/operations/consumers/{consumer_id}:forget',
  '/v1/operations/dead-letters/{dead_letter_id}:edit',
  '/v1/operations/dead-letters/{dead_letter_id}:replay',
  '/v1/operations/dead-letters:replay',
  '/v1/operations/dead-letters/{dead_letter_id}:discard',
  '/v1/operations/dead-letters:discard',
  '/v1/operations/subjects:erase',
])

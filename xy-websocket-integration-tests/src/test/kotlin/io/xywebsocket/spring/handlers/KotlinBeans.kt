package io.xywebsocket.spring.handlers

import io.xywebsocket.XyEvent
import io.xywebsocket.XyException
import io.xywebsocket.XyPeer
import io.xywebsocket.XyRpc
import jakarta.validation.constraints.Min
import jakarta.validation.constraints.NotBlank
import java.security.Principal
import java.util.Optional
import java.util.concurrent.CompletableFuture
import org.springframework.stereotype.Component
import reactor.core.publisher.Mono

/** As most Kotlin beans are: final, with final functions. */
@Component
class KotlinFunctions {
    var heard = mutableListOf<String>()

    @XyRpc fun whole(text: String) = "got $text"

    @XyRpc fun wholeOrNull(text: String?) = "got $text"

    @XyRpc fun wholeOrDefault(text: String = "default") = "got $text"

    @XyRpc fun numberOrDefault(number: Int = 7) = number

    @XyRpc fun named(sku: String, amount: Int, note: String?) = "$sku $amount $note"

    @XyRpc
    fun defaulted(sku: String, amount: Int = 2, peer: XyPeer, note: String? = "none", twice: Int = amount * 2) =
        "$sku $amount ${peer.id()} $note $twice"

    @XyRpc fun items(items: List<String> = listOf("a"), count: Long) = "$items $count"

    @XyRpc fun optional(text: Optional<String> = Optional.of("default")) = text.toString()

    @XyRpc fun user(user: Principal? = Principal { "guest" }) = user?.name

    @XyRpc fun somebody(user: Principal) = user.name

    @XyRpc fun failing(text: String = "default"): String = throw XyException(409, text)

    @XyRpc("hidden") internal fun hidden(text: String = "default") = "got $text"

    @XyRpc fun weighed(@Min(1) weight: Int, @NotBlank by: String = "ann", @Min(5) limit: Int = 9) = "$weight $by $limit"

    @XyEvent
    fun heard(text: String = "nothing") {
        heard += text
    }

    @XyRpc fun unit() = Unit

    @XyRpc fun unitLater(): CompletableFuture<Unit> = CompletableFuture.completedFuture(Unit)

    @XyRpc fun unitMono(): Mono<Unit> = Mono.just(Unit)

    @XyRpc fun unitOrNull(): Unit? = Unit
}

/** A proxy by CGLIB goes round it. */
@Component
open class KotlinOpenBean {
    @XyRpc
    open fun open(sku: String, amount: Int = 3) = "$sku $amount"
}

/** A proxy of its own goes round the bean: nothing else of it is there. */
interface KotlinContract {
    @XyRpc fun greet(name: String = "you", polite: Boolean): String
}

@Component
class KotlinContractBean : KotlinContract {
    override fun greet(name: String, polite: Boolean) = "hello $name $polite"
}

abstract class KotlinGeneric<T, U : Any> {
    @XyRpc open fun maybe(value: T) = "got $value"

    @XyRpc open fun never(value: U) = "got $value"

    @XyRpc open fun inherited(value: String = "default") = "got $value"
}

@Component
class KotlinHeir : KotlinGeneric<String?, String>() {
    override fun inherited(value: String) = "heir $value"
}

@JvmInline value class Sku(val text: String)

@Component
class KotlinValueClass {
    @XyRpc("priced") fun priced(sku: Sku, amount: Int = 1) = "${sku.text} $amount"
}

@Component
class KotlinSuspending {
    @XyRpc suspend fun later(text: String = "default") = text
}

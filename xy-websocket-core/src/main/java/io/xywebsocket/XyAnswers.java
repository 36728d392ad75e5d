package io.xywebsocket;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * The outcomes of a call to an {@link XyAudience}, as they come. Every member that was asked has exactly one. Futures
 * complete on the executor, or on the thread that awaits or cancels; subscribers are called on the executor. Each
 * subscriber gets all outcomes, also those that came before it. Thread-safe.
 *
 * <p>A handler waits with {@link #await}, which needs no other thread: a future that is waited for may need the thread
 * that the handler holds.
 *
 * <pre>{@code
 * for (XyOutcome<Boolean> outcome : broadcaster.toGroup("north").call("confirm", "Closed today?", Boolean.class).await()) {
 *     log.info("{}: {}", outcome.member().user(), outcome.isValue() ? outcome.value() : outcome.error().status());
 * }
 * }</pre>
 *
 * @since 0.1
 */
public interface XyAnswers<T> extends Flow.Publisher<XyOutcome<T>> {

    /** Returns the members that were asked, as an unmodifiable list. */
    List<XyMember> asked();

    /** Completes with one outcome for each of {@link #asked}, in that order. Never fails. */
    CompletableFuture<List<XyOutcome<T>>> all();

    /**
     * Completes with the first answer and cancels the other calls. If no member answers, it fails with the last error; if
     * none was asked, with status 404.
     */
    CompletableFuture<XyOutcome<T>> first();

    /**
     * Completes with that many answers as soon as they are there, and cancels the other calls. As soon as that many can
     * no longer be reached, it fails with the last error, or with status 404 if too few were asked; calls go on then.
     *
     * @param values the number of answers
     * @throws IllegalArgumentException if it is not positive
     */
    CompletableFuture<List<XyOutcome<T>>> quorum(int values);

    /**
     * Waits for all outcomes. A handler may do so.
     *
     * @throws XyException status 499 if the thread is interrupted, which cancels the calls and leaves the interrupt flag
     *     set
     */
    List<XyOutcome<T>> await();

    /** Cancels the calls without an outcome, which is status 499 then, and tells their members to stop. */
    void cancel();
}

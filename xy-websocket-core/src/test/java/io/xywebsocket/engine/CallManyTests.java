package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyAnswers;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyOutcome;
import io.xywebsocket.XyRpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallManyTests extends WithEndpoints {

    interface Courier {
        @XyRpc("confirm")
        boolean confirm(String question);

        @XyRpc("where")
        Optional<String> where();

        @XyRpc("later")
        CompletableFuture<String> later();
    }

    private List<RawPeer> peers(XyEndpoint endpoint, int number) {
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            peers.add(connect(endpoint));
        }
        return peers;
    }

    private static XyAnswers<Integer> ask(XyEndpoint endpoint) {
        return endpoint.broadcaster().everybody().call("n", "?", Integer.class);
    }

    @Test
    void everyMemberHasOneOutcomeInTheOrderOfThoseAsked() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 3);
        XyAnswers<Integer> answers = ask(endpoint);
        assertThat(answers.asked()).hasSize(3);
        RawPeer first = peers.get(0);
        RawPeer second = peers.get(1);
        RawPeer third = peers.get(2);
        third.answerNext("n", "3");
        second.rejectNext("n", "{\"ok\":false,\"status\":409,\"message\":\"No\"}");
        first.vanish();

        List<XyOutcome<Integer>> all = answers.all().join();
        assertThat(all).extracting(XyOutcome::member).isEqualTo(answers.asked());
        assertThat(of(all, third).value()).isEqualTo(3);
        assertThat(of(all, third).orElseThrow()).isEqualTo(3);
        XyOutcome<Integer> rejected = of(all, second);
        assertThat(rejected.isValue()).isFalse();
        assertThatThrownBy(rejected::orElseThrow).isInstanceOfSatisfying(XyException.class, e -> assertThat(e.status())
                .isEqualTo(409));
        assertThat(status(of(all, first))).isEqualTo(503);
    }

    private static XyOutcome<Integer> of(List<XyOutcome<Integer>> all, RawPeer peer) {
        return all.stream()
                .filter(outcome -> outcome.member().equals(peer.peer()))
                .findFirst()
                .orElseThrow();
    }

    private static int status(XyOutcome<?> outcome) {
        XyException error = outcome.error();
        return error == null ? 0 : error.status();
    }

    @Test
    void whoDoesNotAnswerInTimeIsA504() {
        ManualClock clock = new ManualClock();
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        RawPeer silent = connect(endpoint);
        XyAnswers<Integer> answers = endpoint.broadcaster()
                .everybody()
                .withTimeout(Duration.ofSeconds(1))
                .call("n", null, Integer.class);
        silent.nextWith("c.n");
        clock.advance(Duration.ofSeconds(2));
        assertThat(status(answers.all().join().get(0))).isEqualTo(504);
    }

    @Test
    void nobodyToAskIsCompleteAtOnce() {
        XyEndpoint endpoint = endpoint();
        XyAnswers<Integer> answers = ask(endpoint);
        assertThat(answers.all().join()).isEmpty();
        assertThat(answers.await()).isEmpty();
        assertThatThrownBy(() -> answers.first().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        XyException.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    void theFirstAnswerCancelsTheRest() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 3);
        XyAnswers<Integer> answers = ask(endpoint);
        CompletableFuture<XyOutcome<Integer>> first = answers.first();
        peers.get(1).answerNext("n", "2");
        assertThat(first.join().value()).isEqualTo(2);
        peers.get(0).nextWith("\"cancel.n\"");
        peers.get(2).nextWith("\"cancel.n\"");
        assertThat(answers.all().join())
                .filteredOn(outcome -> status(outcome) == 499)
                .hasSize(2);
    }

    @Test
    void aQuorumFailsAsSoonAsItCannotBeReached() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 3);
        XyAnswers<Integer> answers = ask(endpoint);
        CompletableFuture<List<XyOutcome<Integer>>> two = answers.quorum(2);
        CompletableFuture<List<XyOutcome<Integer>>> four = answers.quorum(4);
        assertThat(four).isCompletedExceptionally();
        peers.get(0).answerNext("n", "1");
        peers.get(1).rejectNext("n", "{\"ok\":false,\"status\":409,\"message\":\"No\"}");
        assertThat(two).isNotDone();
        peers.get(2).rejectNext("n", "{\"ok\":false,\"status\":410,\"message\":\"Gone\"}");
        assertThatThrownBy(two::join).cause().isInstanceOfSatisfying(XyException.class, e -> assertThat(e.status())
                .isIn(409, 410));
        assertThatThrownBy(() -> answers.quorum(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void subscribersGetWhatTheyRequestAlsoWhatCameBefore() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 3);
        XyAnswers<Integer> answers = ask(endpoint);
        peers.get(2).answerNext("n", "3");
        assertThat(answers.first()).succeedsWithin(Duration.ofSeconds(10));

        Taking taking = new Taking();
        answers.subscribe(taking);
        await().until(() -> taking.subscription != null);
        assertThat(taking.signals).isEmpty();
        taking.subscription.request(2);
        await().until(() -> taking.signals.size() == 2);
        taking.subscription.request(1);
        await().until(() -> taking.signals.contains("complete"));
        assertThat(taking.signals.get(0)).isEqualTo("3");
        assertThat(taking.signals).containsExactlyInAnyOrder("3", "499", "499", "complete");

        Taking wrong = new Taking();
        answers.subscribe(wrong);
        await().until(() -> wrong.subscription != null);
        wrong.subscription.request(0);
        await().until(() -> wrong.signals.contains("error"));
    }

    private static final class Taking implements Flow.Subscriber<XyOutcome<Integer>> {

        final List<String> signals = new CopyOnWriteArrayList<>();
        volatile Flow.@Nullable Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(XyOutcome<Integer> outcome) {
            signals.add(outcome.isValue() ? String.valueOf(outcome.value()) : "" + status(outcome));
        }

        @Override
        public void onError(Throwable error) {
            signals.add("error");
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }

    @Test
    void aHandlerAwaitsItsCallerAmongOthersOnTheOnlyThread() {
        ExecutorService one = Executors.newSingleThreadExecutor();
        closing(one::shutdownNow);
        XyEndpoint endpoint = endpoint(settings -> settings.executor(one));
        endpoint.handlers().register("sum", (name, payload, peer) -> ask(endpoint).await().stream()
                .mapToInt(XyOutcome::orElseThrow)
                .sum());
        List<RawPeer> peers = peers(endpoint, 2);
        peers.get(0).send(call("sum", "1"));
        peers.get(0).answerNext("n", "1");
        peers.get(1).answerNext("n", "2");
        assertThat(peers.get(0).nextWith("sum")).isEqualTo(resolved("sum", "1", "3"));
    }

    @Test
    void aContractsFunctionIsCalledOfMany() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 2);
        XyAnswers<Boolean> answers =
                endpoint.broadcaster().everybody().call(Courier.class, courier -> courier.confirm("Take it?"));
        assertThat(peers.get(0).nextWith("c.confirm")).contains("\"p\":\"Take it?\"");
        peers.get(1).answerNext("confirm", "true");
        answers.cancel();
        assertThat(answers.all().join()).filteredOn(XyOutcome::isValue).hasSizeLessThan(2);

        assertThatThrownBy(() -> endpoint.broadcaster().everybody().call(Courier.class, Courier::where))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> endpoint.broadcaster().everybody().call(Courier.class, Courier::later))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> endpoint.broadcaster().everybody().call(Courier.class, courier -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was not called");
    }

    @Test
    void interceptedCallsHaveOutcomesToo() {
        XyEndpoint endpoint =
                endpoint(settings -> settings.interceptor(Intercept.all((message, chain) -> chain.proceed(message))));
        List<RawPeer> peers = peers(endpoint, 2);
        XyAnswers<Integer> answers = ask(endpoint);
        peers.get(0).answerNext("n", "1");
        peers.get(1).answerNext("n", "2");
        assertThat(answers.await()).extracting(XyOutcome::value).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void anInterceptorThatNeverAnswersIsNoReasonToWaitBeyondTheDeadline() {
        ManualClock clock = new ManualClock();
        XyEndpoint endpoint = endpoint(settings ->
                settings.clock(clock).interceptor(Intercept.outgoingCalls((call, chain) -> new CompletableFuture<>())));
        peers(endpoint, 3);
        XyAnswers<Integer> answers = ask(endpoint);
        clock.advance(Duration.ofMillis(5249));
        assertThat(answers.all().orTimeout(10, TimeUnit.SECONDS).join())
                .extracting(CallManyTests::status)
                .containsExactly(504, 504, 504);
    }

    @Test
    void aDeadlineIsOverAfterAQuarterOfASecondAtLatest() {
        ManualClock clock = new ManualClock();
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        peers(endpoint, 3);
        XyAnswers<Integer> answers = ask(endpoint);
        clock.advance(Duration.ofMillis(4999));
        assertThat(answers.all()).isNotDone();
        clock.advance(Duration.ofMillis(251));
        assertThat(answers.all().orTimeout(10, TimeUnit.SECONDS).join())
                .extracting(CallManyTests::status)
                .containsExactly(504, 504, 504);
    }

    @Test
    void whatAnInterceptorThrowsIsTheCauseOfTheOutcome() {
        XyEndpoint endpoint = endpoint(settings -> settings.interceptor(Intercept.outgoingCalls((call, chain) -> {
            throw new IllegalStateException("meant");
        })));
        peers(endpoint, 1);
        XyOutcome<Integer> outcome = ask(endpoint).all().join().get(0);
        assertThat(status(outcome)).isEqualTo(500);
        assertThat(outcome.error()).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void theOtherCallsAreCancelledBeforeAnythingIsDoneWithTheFirstAnswer() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 3);
        XyAnswers<Integer> answers = ask(endpoint);
        CompletableFuture<List<Integer>> statuses = answers.first().thenApply(first -> answers.all().join().stream()
                .map(outcome -> outcome.isValue() ? 200 : status(outcome))
                .toList());
        peers.get(1).answerNext("n", "1");
        assertThat(statuses.orTimeout(3, TimeUnit.SECONDS).join()).containsExactlyInAnyOrder(200, 499, 499);
    }

    interface Counted {
        @XyEvent("note")
        int note(String text);
    }

    @Test
    void aTypedAudienceSaysForHowManyPeersAnEventWasQueued() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 3);
        assertThat(endpoint.broadcaster().everybody().proxy(Counted.class).note("hi"))
                .isEqualTo(3);
        assertThat(peers.get(0).peer().proxy(Counted.class).note("hi")).isEqualTo(1);
    }

    private static final String NO = "{\"ok\":false,\"status\":409,\"message\":\"No\"}";

    @Test
    void firstIsTheFirstValueWhateverIsRejectedBefore() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 2);
        XyAnswers<Integer> answers = ask(endpoint);
        CompletableFuture<XyOutcome<Integer>> first = answers.first();
        peers.get(0).rejectNext("n", NO);
        peers.get(1).answerNext("n", "7");
        assertThat(first.orTimeout(10, TimeUnit.SECONDS).join().value()).isEqualTo(7);
    }

    @Test
    void firstFailsWithTheLastErrorIfAllReject() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 2);
        XyAnswers<Integer> answers = ask(endpoint);
        CompletableFuture<XyOutcome<Integer>> first = answers.first();
        peers.get(0).rejectNext("n", NO);
        assertThat(hasOutcome(answers)).isTrue();
        peers.get(1).rejectNext("n", NO.replace("409", "410"));
        assertThatThrownBy(() -> first.orTimeout(10, TimeUnit.SECONDS).join())
                .cause()
                .isInstanceOfSatisfying(
                        XyException.class, error -> assertThat(error.status()).isEqualTo(410));
    }

    /** Waits for an outcome. */
    private static boolean hasOutcome(XyAnswers<Integer> answers) {
        CompletableFuture<Boolean> any = new CompletableFuture<>();
        answers.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(XyOutcome<Integer> outcome) {
                any.complete(true);
            }

            @Override
            public void onError(Throwable error) {
                any.completeExceptionally(error);
            }

            @Override
            public void onComplete() {}
        });
        return any.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void aQuorumThatIsReachedCancelsTheRest() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 4);
        XyAnswers<Integer> answers = ask(endpoint);
        CompletableFuture<List<XyOutcome<Integer>>> quorum = answers.quorum(2);
        peers.get(0).rejectNext("n", NO);
        assertThat(hasOutcome(answers)).isTrue();
        peers.get(1).answerNext("n", "1");
        peers.get(2).answerNext("n", "2");
        assertThat(quorum.orTimeout(10, TimeUnit.SECONDS).join())
                .extracting(XyOutcome::value)
                .containsExactlyInAnyOrder(1, 2);
        assertThat(peers.get(3).nextWith("cancel.n")).isNotEmpty();
        assertThat(answers.all().orTimeout(10, TimeUnit.SECONDS).join())
                .extracting(outcome -> outcome.isValue() ? 200 : status(outcome))
                .containsExactlyInAnyOrder(409, 200, 200, 499);
    }

    @Test
    void whatCannotBeReadIsA502AndOneCallTooManyA429() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(XyLimits.DEFAULT.withMaxPendingCalls(1)));
        RawPeer peer = connect(endpoint);
        XyAnswers<Integer> first = ask(endpoint);
        assertThat(ask(endpoint).await()).extracting(CallManyTests::status).containsExactly(429);
        peer.answerNext("n", "\"seven\"");
        assertThat(first.await()).extracting(CallManyTests::status).containsExactly(502);
    }

    @Test
    void noWaitIsForEverWhicheverThreadCompletesTheLastCall() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(XyLimits.DEFAULT.withMaxPendingCalls(1)));
        connect(endpoint);
        XyAnswers<Integer> first = ask(endpoint);
        for (int i = 0; i < 20_000; i++) { // refused at once: the executor and this thread compete for the completion
            assertThat(ask(endpoint).await()).hasSize(1);
        }
        first.cancel();
    }

    /** 1 takes until the test lets it go. */
    record Slow(int n) {
        static final CountDownLatch BEGUN = new CountDownLatch(1);
        static final CountDownLatch GO_ON = new CountDownLatch(1);

        Slow {
            if (n == 1) {
                BEGUN.countDown();
                try {
                    assertThat(GO_ON.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    @Test
    void theFirstValueIsGivenThoughAThreadThatAwaitsReadsASlowOne() throws Exception {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 2);
        XyAnswers<Slow> answers = endpoint.broadcaster().everybody().call("n", "?", Slow.class);
        Thread awaiting = new Thread(answers::await);
        awaiting.start();
        await().until(() -> awaiting.getState() == Thread.State.WAITING);
        CompletableFuture<XyOutcome<Slow>> first = answers.first();
        try {
            peers.get(0).answerNext("n", "{\"n\":1}");
            assertThat(Slow.BEGUN.await(20, TimeUnit.SECONDS)).isTrue();
            peers.get(1).answerNext("n", "{\"n\":2}");
            assertThat(first.get(20, TimeUnit.SECONDS).value()).isEqualTo(new Slow(2));
        } finally {
            Slow.GO_ON.countDown();
            awaiting.join();
        }
    }

    @Test
    void anInterruptEndsTheWaitAndCancelsTheCalls() throws Exception {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                status.complete(ask(endpoint).await().size());
            } catch (XyException e) {
                status.complete(Thread.currentThread().isInterrupted() ? e.status() : -1);
            }
        });
        waiting.start();
        peer.nextWith("c.n");
        waiting.interrupt();
        assertThat(status.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(499);
        assertThat(peer.nextWith("cancel.n")).isNotEmpty();
        waiting.join();
    }

    @Test
    void whoHasLeftIsNotAsked() {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = peers(endpoint, 2);
        peers.forEach(peer -> endpoint.groups().join(peer.peer(), "north"));
        endpoint.groups().leave(peers.get(0).peer(), "north");
        XyAnswers<Integer> answers = endpoint.broadcaster().toGroup("north").call("n", Integer.class);
        assertThat(answers.asked()).containsExactly(peers.get(1).peer());
        answers.cancel();
        assertThat(answers.await()).extracting(CallManyTests::status).containsExactly(499);
        assertThat(peers.get(0).frames()).isEmpty();
    }
}

package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ListenerTests {

    record Scan(String courier) {}

    @Component
    static class Heard {
        final List<String> by = new ArrayList<>();
    }

    abstract static class Listening {
        final Heard heard;

        Listening(Heard heard) {
            this.heard = heard;
        }

        @XyEvent("parcel.scanned")
        void scanned(Scan scan, XyPeer peer) {
            heard.by.add(getClass().getSimpleName() + ":" + scan.courier() + ":" + peer.id());
        }
    }

    @Component
    static class First extends Listening {
        First(Heard heard) {
            super(heard);
        }
    }

    @Component
    static class Second extends Listening {
        Second(Heard heard) {
            super(heard);
        }
    }

    @Component
    @Order(1)
    static class Annotated extends Listening {
        Annotated(Heard heard) {
            super(heard);
        }
    }

    @Component
    static class Implementing extends Listening implements Ordered {
        Implementing(Heard heard) {
            super(heard);
        }

        @Override
        public int getOrder() {
            return 2;
        }
    }

    static class Made extends Listening {
        Made(Heard heard) {
            super(heard);
        }
    }

    @Configuration
    static class Factory {
        @Bean
        @Order(3)
        Made made(Heard heard) {
            return new Made(heard);
        }
    }

    @Test
    void runsSeveralListenersOfOneEventInTheOrderOfTheirBeans() throws Exception {
        try (Handlers handlers = Handlers.of(
                Heard.class, Second.class, First.class, Factory.class, Implementing.class, Annotated.class)) {
            handlers.send("parcel.scanned", "{\"courier\":\"ann\"}");
            assertThat(handlers.bean(Heard.class).by)
                    .containsExactly(
                            "Annotated:ann:peer-1",
                            "Implementing:ann:peer-1",
                            "Made:ann:peer-1",
                            "Second:ann:peer-1",
                            "First:ann:peer-1");
        }
    }

    @Component
    static class Waiting {
        final CompletableFuture<String> stage = new CompletableFuture<>();
        final Sinks.Empty<Void> sink = Sinks.empty();

        @XyEvent
        CompletionStage<String> stage() {
            return stage;
        }

        @XyEvent
        @Nullable
        CompletionStage<Void> noStage() {
            return null;
        }

        @XyEvent
        Mono<Void> mono() {
            return sink.asMono();
        }

        @XyEvent
        Flux<String> flux() {
            return Flux.just("a", "b");
        }

        @XyEvent
        Object anything() {
            return Mono.just("x");
        }

        @XyEvent
        void nothing() {}
    }

    @Test
    void handsOverWhatIsToBeAwaited() throws Exception {
        try (Handlers handlers = Handlers.of(Waiting.class)) {
            Waiting waiting = handlers.bean(Waiting.class);
            assertThat(handlers.send("stage", "1")).containsExactly(waiting.stage);
            assertThat(handlers.send("noStage", "1")).containsExactly((Object) null);
            assertThat(handlers.send("nothing", "1")).containsExactly((Object) null);

            CompletableFuture<?> mono =
                    (CompletableFuture<?>) handlers.send("mono", "1").get(0);
            assertThat(mono).isNotDone();
            waiting.sink.tryEmitEmpty();
            assertThat(mono).isCompletedWithValue(null);
            assertThat((CompletableFuture<?>) handlers.send("flux", "1").get(0)).isCompletedWithValue(null);
            assertThat((CompletableFuture<?>) handlers.send("anything", "1").get(0))
                    .isCompletedWithValue(null);
        }
    }
}

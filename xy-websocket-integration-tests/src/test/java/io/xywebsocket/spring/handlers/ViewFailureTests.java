package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonView;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A view that can't be honoured ends the start-up. */
class ViewFailureTests {

    interface Public {}

    interface Internal {}

    static class TwoViews {
        @XyRpc
        @JsonView({Public.class, Internal.class})
        String two() {
            return "";
        }
    }

    static class NoViews {
        @XyRpc
        String none(@JsonView({}) String text) {
            return text;
        }
    }

    static class NoAnswer {
        @XyRpc
        @JsonView(Public.class)
        CompletableFuture<Void> nothing(String text) {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class OnAnEvent {
        @XyEvent
        @JsonView(Public.class)
        void event(String text) {}
    }

    static class OnThePeer {
        @XyRpc
        String peer(@JsonView(Public.class) XyPeer peer) {
            return "";
        }
    }

    static class OnThePayload {
        @XyRpc
        String payload(@JsonView(Public.class) XyPayload payload) {
            return "";
        }
    }

    static class In {
        @XyRpc
        String in(@JsonView(Public.class) String text) {
            return text;
        }
    }

    static class Out {
        @XyRpc
        @JsonView(Public.class)
        String out() {
            return "";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class JsonWithoutViews {
        @Bean
        XyJson json() {
            return new XyJson() {
                @Override
                public @Nullable Object read(String json, Type type) {
                    return null;
                }

                @Override
                public String write(@Nullable Object value) {
                    return "";
                }
            };
        }
    }

    private static void refused(String why, Class<?>... components) {
        assertThat(Handlers.failureOf(components))
                .isInstanceOf(HandlerDefinitionException.class)
                .hasMessageContaining(components[0].getSimpleName())
                .hasMessageContaining(why);
    }

    @Test
    void thatIsNotExactlyOne() {
        refused("exactly one view", TwoViews.class);
        refused("exactly one view", NoViews.class);
    }

    @Test
    void thatHasNoValue() {
        refused("it has none", NoAnswer.class);
        refused("it has none", OnAnEvent.class);
        refused("@JsonView on its XyPeer", OnThePeer.class);
        refused("@JsonView on its XyPayload", OnThePayload.class);
    }

    @Test
    void thatTheApplicationsOwnJsonDoesNotKnow() {
        refused("doesn't override XyJson.withView", In.class, JsonWithoutViews.class);
        refused("doesn't override XyJson.withView", Out.class, JsonWithoutViews.class);
    }
}

package io.xywebsocket.spring.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;

/**
 * Everywhere but in a WebFlux application that wants an endpoint: it must not send broadcasts for ever to peers that never come. {@link
 * ReactiveNoticeAutoConfiguration} says why it has none.
 */
class NoReactiveServer extends NoneNestedConditions {

    NoReactiveServer() {
        super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    @ConditionalOnProperty(name = "xy.websocket.enabled", matchIfMissing = true)
    static class Reactive {}
}

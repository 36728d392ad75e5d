package io.xywebsocket.spring.autoconfigure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;

/**
 * Says in a WebFlux application why there is no endpoint.
 *
 * @since 0.1
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnProperty(name = "xy.websocket.enabled", matchIfMissing = true)
public class ReactiveNoticeAutoConfiguration implements InitializingBean {

    private static final Logger log = LoggerFactory.getLogger(ReactiveNoticeAutoConfiguration.class);

    @Override
    public void afterPropertiesSet() {
        log.warn(
                "There is no xy-websocket endpoint: the starter needs the servlet stack, and this is a WebFlux application");
    }
}

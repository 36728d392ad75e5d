package io.xywebsocket.test.spring;

import io.xywebsocket.XyJson;
import io.xywebsocket.test.XyTestServers;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The clients of the slice don't dial out: their servers are the test's. */
@AutoConfiguration
class ServersAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    XyTestServers xyTestServers(XyJson json) {
        return new XyTestServers(json);
    }
}

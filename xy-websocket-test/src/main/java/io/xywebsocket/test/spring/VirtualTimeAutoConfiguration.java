package io.xywebsocket.test.spring;

import io.xywebsocket.test.XyTestClock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The time of the slice is the test's. */
@AutoConfiguration
class VirtualTimeAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    XyTestClock xyTestClock() {
        return new XyTestClock();
    }
}

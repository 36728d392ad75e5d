package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyEndpointBuilder;
import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyJson;
import io.xywebsocket.spring.errors.SpringErrorMappers;
import io.xywebsocket.spring.handlers.ValidationErrorMappers;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.util.unit.DataSize;

/** What the application's endpoint and its clients have in common: what this side bears, and how it runs its handlers. */
record EndpointSettings(
        XyWebSocketProperties properties, XyJson json, ConfigurableListableBeanFactory beans, Environment environment) {

    /** A bean of the application's that runs handlers in place of ours. */
    private static final String EXECUTOR_BEAN = "xyWebSocketExecutor";

    void applyTo(XyEndpointBuilder endpoint) {
        endpoint.limits(properties.limits())
                .maxThreads(properties.executor().maxThreads())
                .includeMessage(properties.includeMessage() == XyWebSocketProperties.IncludeMessage.ALWAYS)
                .json(json);
        DataSize maxReceivedBytes = properties.maxReceivedBytes();
        if (maxReceivedBytes != null) {
            endpoint.maxReceivedBytes(maxReceivedBytes.toBytes());
        }
        beans.getBeanProvider(XyErrorMapper.class).orderedStream().forEach(endpoint::errorMapper);
        ValidationErrorMappers.available(beans.getBeanClassLoader()).forEach(endpoint::errorMapper);
        SpringErrorMappers.available(beans.getBeanClassLoader()).forEach(endpoint::errorMapper);
        if (beans.containsBean(EXECUTOR_BEAN)) {
            endpoint.executor(beans.getBean(EXECUTOR_BEAN, Executor.class));
        } else if (virtualThreads()) {
            endpoint.executor(new VirtualThreadTaskExecutor("xy-"));
        }
    }

    private boolean virtualThreads() {
        return Runtime.version().feature() >= 21
                && environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false);
    }
}

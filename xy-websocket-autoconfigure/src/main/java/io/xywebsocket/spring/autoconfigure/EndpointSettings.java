package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyJson;
import io.xywebsocket.engine.XySettings;
import io.xywebsocket.spring.errors.SpringErrorMappers;
import io.xywebsocket.spring.handlers.ValidationErrorMappers;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.unit.DataSize;

/** What the application's endpoint and its clients have in common: what this side bears, and how it runs its handlers. */
record EndpointSettings(
        XyWebSocketProperties properties, XyJson json, ConfigurableListableBeanFactory beans, Environment environment) {

    /** A bean of the application's that runs handlers in place of ours. */
    private static final String EXECUTOR_BEAN = "xyWebSocketExecutor";

    void applyTo(XySettings<?> endpoint) {
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
            applyTo(endpoint, ExecutorCheck.executor(EXECUTOR_BEAN, beans.getBean(EXECUTOR_BEAN)));
        } else if (virtualThreads()) {
            endpoint.executor(new VirtualThreadTaskExecutor("xy-"));
        }
    }

    /** Runs handlers in the application's {@link TaskDecorator} beans. */
    XyHandlerDecorator taskDecorator() {
        return DecoratedHandlers.of(beans.getBeanProvider(TaskDecorator.class));
    }

    /** Says how many threads it has, if the endpoint can't know that. */
    private void applyTo(XySettings<?> endpoint, Executor executor) {
        IntSupplier threads = threadsOf(executor);
        if (threads == null) {
            endpoint.executor(executor);
        } else {
            endpoint.executor(executor, threads);
        }
    }

    private @Nullable IntSupplier threadsOf(Executor executor) {
        if (executor instanceof ThreadPoolTaskExecutor pool) { // with a queue it doesn't grow before that is full
            return () -> pool.getQueueCapacity() > 0 ? Math.max(1, pool.getCorePoolSize()) : pool.getMaxPoolSize();
        } else if (executor instanceof SimpleAsyncTaskExecutor simple && simple.isThrottleActive()) {
            return simple::getConcurrencyLimit;
        } else if (executor instanceof ThreadPoolExecutor || executor instanceof ForkJoinPool) {
            return null;
        }
        Integer told = environment.getProperty("xy.websocket.executor.max-threads", Integer.class);
        return told == null ? null : () -> told;
    }

    private boolean virtualThreads() {
        return Runtime.version().feature() >= 21
                && environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false);
    }
}

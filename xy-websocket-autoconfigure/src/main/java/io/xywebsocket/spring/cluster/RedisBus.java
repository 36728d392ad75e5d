package io.xywebsocket.spring.cluster;

import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.concurrent.DaemonThread;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.Phased;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.backoff.BackOffExecution;

/**
 * A bus of Redis channels, by Spring Data Redis with whatever driver the application has. Nothing is stored in Redis.
 *
 * @since 0.1
 */
public final class RedisBus implements XyBus, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RedisBus.class);

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** An answer that takes longer doesn't come any more, if nothing else comes either. */
    private static final long STUCK = Duration.ofSeconds(1).toNanos();

    private final RedisConnectionFactory factory;

    /** Subscribes, which may block; away from everybody's threads. */
    private final ScheduledThreadPoolExecutor subscriber;

    // confined to the subscriber
    private @Nullable RedisMessageListenerContainer container;

    // guarded by this
    private boolean closed;
    private boolean stopped;
    private @Nullable Runnable subscription;
    private boolean subscribing;
    private @Nullable Thread subscribingThread;
    private @Nullable Thread publishingThread;
    private boolean publishingInterrupted;
    private boolean retryWaits;

    /** Why the last subscription could not be made or has ended; null if it works. */
    private volatile @Nullable Throwable subscriptionFailure;

    /** When the frame under way was handed over, of {@link System#nanoTime}; 0 for none. */
    private volatile long publishingSince;

    /** Counts subscriptions, so that what still comes over a former one is not taken. */
    private final AtomicInteger current = new AtomicInteger();

    /** @param factory connects to one Redis server, or by Sentinel; closed by the application */
    public RedisBus(RedisConnectionFactory factory) {
        this.factory = factory;
        subscriber = new ScheduledThreadPoolExecutor(1, RedisBus::thread);
        subscriber.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        subscriber.setRemoveOnCancelPolicy(true);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(null, task, "xy-cluster-redis", 0, false);
        DaemonThread.prepare(thread);
        return thread;
    }

    private static void startThread(Runnable task) {
        thread(task).start();
    }

    /** Is started after its connections, and stopped before them. */
    @Override
    public int getPhase() {
        return Math.min(factory instanceof Phased phased ? phased.getPhase() : 0, Integer.MAX_VALUE - 1) + 1;
    }

    /** Publishes and subscribes again, after a {@link #stop}. */
    @Override
    public void start() {
        synchronized (this) {
            stopped = false;
        }
        renew();
    }

    /**
     * Neither publishes nor subscribes until the next {@link #start}, and interrupts the threads that do. One that waits
     * for a server that doesn't answer may hold a lock that Lettuce's factory needs in order to stop. If this is no bean,
     * its owner calls this before the connection factory is stopped.
     */
    @Override
    public synchronized void stop() {
        stopped = true;
        if (subscribingThread != null) {
            subscribingThread.interrupt();
        }
        if (publishingThread != null) {
            publishingThread.interrupt();
            publishingInterrupted = true;
        }
    }

    /** Returns whether it is not stopped, so also before the first start. */
    @Override
    public synchronized boolean isRunning() {
        return !stopped;
    }

    @Override
    public void open(Set<String> channels, Receiver receiver) {
        Runnable subscribe = () -> subscribe(channels, receiver);
        synchronized (this) {
            subscription = subscribe;
        }
        renew();
    }

    /** Does nothing while a subscription is being made, which may take long. */
    @Override
    public void renew() {
        Runnable subscribe;
        synchronized (this) {
            subscribe = subscription;
            if (closed || stopped || subscribe == null || subscribing) {
                return;
            }
            subscribing = true;
            retryWaits = false;
        }
        try {
            subscriber.execute(() -> {
                if (!beginSubscribing()) {
                    return;
                }
                try {
                    subscribe.run();
                } finally {
                    endSubscribing();
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("Closed meanwhile");
        }
    }

    @Override
    public @Nullable Throwable subscriptionFailure() {
        return subscriptionFailure;
    }

    /** Returns false if the bus has been stopped meanwhile. */
    private synchronized boolean beginSubscribing() {
        subscribing = !stopped;
        subscribingThread = stopped ? null : Thread.currentThread();
        return subscribing;
    }

    private synchronized void endSubscribing() {
        subscribing = false;
        subscribingThread = null;
        var unused = Thread.interrupted(); // meant for what has ended
    }

    /**
     * Lettuce would wait for an answer over a connection that has died silently until its timeout of a minute, and keep
     * the connection for longer.
     */
    private void resetIfStuck() {
        long since = publishingSince;
        if (since == 0 || System.nanoTime() - since < STUCK) {
            return;
        }
        Method reset = ReflectionUtils.findMethod(factory.getClass(), "resetConnection"); // Lettuce's factory only
        if (reset != null) {
            log.debug("Redis doesn't answer: another connection is tried");
            try {
                ReflectionUtils.invokeMethod(reset, factory);
            } catch (RuntimeException e) {
                log.debug("The connection can't be replaced: {}", e.toString());
            }
        }
    }

    private void subscribe(Set<String> channels, Receiver receiver) {
        resetIfStuck();
        unsubscribe();
        int number = current.incrementAndGet();
        RedisMessageListenerContainer fresh = new Subscription(number);
        fresh.setConnectionFactory(factory);
        fresh.setTaskExecutor(Runnable::run); // in order: the default is a new thread for each message
        fresh.setSubscriptionExecutor(RedisBus::startThread); // of drivers that block while they are subscribed
        fresh.setErrorHandler(error -> log.debug("A frame was not taken", error));
        try {
            fresh.afterPropertiesSet();
            fresh.addMessageListener(
                    (message, pattern) -> receive(number, message, receiver),
                    channels.stream().map(ChannelTopic::new).toList());
            fresh.start();
            container = fresh;
            subscriptionFailure = null;
        } catch (RuntimeException e) {
            log.debug("Redis can't be subscribed to: {}", e.toString());
            subscriptionFailure = e;
            destroy(fresh);
            retryLater();
        }
    }

    private void receive(int number, Message message, Receiver receiver) {
        if (number == current.get()) {
            receiver.frame(new String(message.getChannel(), StandardCharsets.UTF_8), message.getBody());
        }
    }

    /** A subscription that ends is replaced by another one, quietly: each try to recover would be an error in the log. */
    private final class Subscription extends RedisMessageListenerContainer {

        private final int number;

        Subscription(int number) {
            this.number = number;
        }

        @Override
        protected void handleSubscriptionException(
                CompletableFuture<Void> subscribed, BackOffExecution unused, Throwable cause) {
            log.debug("The subscription to Redis has ended: {}", cause.toString());
            if (number == current.get()) {
                subscriptionFailure = cause;
            }
            boolean failsToStart = subscribed.completeExceptionally(cause);
            if (!failsToStart && number == current.get()) {
                retryLater();
            }
        }
    }

    /** One retry waits at a time, however many reasons there are. */
    private void retryLater() {
        synchronized (this) {
            if (closed || retryWaits) {
                return;
            }
            retryWaits = true;
        }
        try {
            subscriber.schedule(this::retry, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("Closed meanwhile");
        }
    }

    private void retry() {
        synchronized (this) {
            if (!retryWaits) {
                return; // a later subscription has come in between
            }
            retryWaits = false;
        }
        renew();
    }

    private void unsubscribe() {
        RedisMessageListenerContainer former = container;
        container = null;
        if (former != null) {
            destroy(former);
        }
    }

    private static void destroy(RedisMessageListenerContainer container) {
        try {
            container.destroy();
        } catch (Exception e) {
            log.debug("A subscription did not end in order: {}", e.toString());
        }
    }

    @Override
    public void publish(String channel, byte[] frame) {
        beginPublishing();
        try (RedisConnection connection = factory.getConnection()) {
            connection.publish(channel.getBytes(StandardCharsets.UTF_8), frame);
        } finally {
            endPublishing();
        }
    }

    private synchronized void beginPublishing() {
        if (stopped) {
            throw new IllegalStateException("The bus is stopped");
        }
        publishingThread = Thread.currentThread();
        long now = System.nanoTime();
        publishingSince = now == 0 ? 1 : now;
    }

    private synchronized void endPublishing() {
        publishingThread = null;
        publishingSince = 0;
        if (publishingInterrupted) {
            publishingInterrupted = false;
            var unused = Thread.interrupted(); // meant for what has ended
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        current.incrementAndGet();
        subscriber.execute(this::unsubscribe);
        subscriber.shutdown();
        try {
            if (!subscriber.awaitTermination(1, TimeUnit.SECONDS)) {
                subscriber.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.xywebsocket.sample;

import io.xywebsocket.XyException;
import io.xywebsocket.XyJson;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * On several nodes the books are a value in Redis, as they would be rows of a database elsewhere. A node replaces it only
 * if no other has done so meanwhile, and otherwise begins anew.
 */
@Component
@Profile("cluster")
class RedisLedger implements Ledger {

    private static final Logger log = LoggerFactory.getLogger(RedisLedger.class);

    private static final String KEY = "alderbrook:books";
    private static final int ATTEMPTS = 50;
    private static final RedisScript<Boolean> REPLACE = RedisScript.of(
            """
            if (redis.call('get', KEYS[1]) or '') == ARGV[1] then
              redis.call('set', KEYS[1], ARGV[2])
              return true
            end
            return false""",
            Boolean.class);

    private final City city;
    private final XyJson json;
    private final StringRedisTemplate redis;
    private final AtomicBoolean outOfReach = new AtomicBoolean();

    RedisLedger(City city, XyJson json, StringRedisTemplate redis) {
        this.city = city;
        this.json = json;
        this.redis = redis;
    }

    @Override
    public <T> T use(Function<Books, T> action) {
        for (int i = 0; i < ATTEMPTS; i++) {
            String before = read();
            Books books = before.isEmpty() ? Books.opened(city) : Books.of(copy(before));
            T result = action.apply(books);
            String after = json.write(books.copy());
            if (after.equals(before) || replace(before, after)) {
                books.doTheRest();
                return result;
            }
        }
        throw new XyException(503, "The town is too busy");
    }

    private Books.Copy copy(String text) {
        return (Books.Copy) json.read(text, Books.Copy.class);
    }

    private String read() {
        try {
            String text = redis.opsForValue().get(KEY);
            if (outOfReach.compareAndSet(true, false)) {
                log.info("Redis is back: the town moves on");
            }
            return text == null ? "" : text;
        } catch (DataAccessException e) {
            throw outOfReach(e);
        }
    }

    private boolean replace(String before, String after) {
        try {
            return Boolean.TRUE.equals(redis.execute(REPLACE, List.of(KEY), before, after));
        } catch (DataAccessException e) {
            throw outOfReach(e);
        }
    }

    private XyException outOfReach(DataAccessException cause) {
        if (outOfReach.compareAndSet(false, true)) {
            log.warn("Redis is out of reach: the town stands still. {}", cause.toString());
        }
        return new XyException(503, "The town's books are out of reach");
    }
}

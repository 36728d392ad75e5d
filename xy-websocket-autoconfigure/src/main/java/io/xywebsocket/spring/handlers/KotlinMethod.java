package io.xywebsocket.spring.handlers;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.KType;
import kotlin.reflect.KTypeParameter;
import kotlin.reflect.jvm.KCallablesJvm;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.jspecify.annotations.Nullable;

/**
 * What Kotlin knows of a method of one of its classes. Needs Kotlin's reflection: nothing may reach this class for other methods. Thread-safe.
 */
final class KotlinMethod {

    private final Method method;
    private final KFunction<?> function;
    private final KParameter self;
    private final List<KParameter> parameters;
    private final boolean callable;

    private KotlinMethod(Method method, KFunction<?> function, KParameter self, List<KParameter> parameters) {
        this.method = method;
        this.function = function;
        this.self = self;
        this.parameters = parameters;
        // a value class is bare in the method's signature, but not in the function's
        this.callable = !isValue(function.getReturnType())
                && parameters.stream().noneMatch(parameter -> isValue(parameter.getType()));
    }

    /** Null if the method is not a member function that has the method's parameters: a static or a suspending one, say. */
    static @Nullable KotlinMethod of(Method method) {
        KFunction<?> function =
                Modifier.isStatic(method.getModifiers()) ? null : ReflectJvmMapping.getKotlinFunction(method);
        if (function == null) {
            return null;
        }
        KParameter self = null;
        List<KParameter> parameters = new ArrayList<>();
        for (KParameter parameter : function.getParameters()) {
            if (parameter.getKind() == KParameter.Kind.INSTANCE) {
                self = parameter;
            } else {
                parameters.add(parameter);
            }
        }
        return self == null || parameters.size() != method.getParameterCount()
                ? null
                : new KotlinMethod(method, function, self, parameters);
    }

    boolean is(Method other) {
        return method.equals(other);
    }

    /** Whether an argument may be left out, as there is a default for it. */
    boolean hasDefault(int index) {
        return callable && parameters.get(index).isOptional();
    }

    /** Whether null is no argument. */
    boolean refusesNull(int index) {
        return refusesNull(parameters.get(index).getType());
    }

    /**
     * Calls the method, which a proxy may pass on, with the defaults of those arguments that are {@link Argument#LEFT_OUT}.
     *
     * @throws InvocationTargetException as the method does if it is invoked
     */
    @Nullable
    Object call(Object bean, @Nullable Object[] arguments) throws InvocationTargetException {
        Map<KParameter, @Nullable Object> given = new HashMap<>();
        given.put(self, bean);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] != Argument.LEFT_OUT) {
                given.put(parameters.get(i), arguments[i]);
            }
        }
        KCallablesJvm.setAccessible(function, true);
        return function.callBy(given);
    }

    /** A type variable takes null unless its bound doesn't. */
    private static boolean refusesNull(KType type) {
        if (type.isMarkedNullable()) {
            return false;
        }
        return !(type.getClassifier() instanceof KTypeParameter variable)
                || variable.getUpperBounds().stream().anyMatch(KotlinMethod::refusesNull);
    }

    private static boolean isValue(KType type) {
        return type.getClassifier() instanceof KClass<?> known && known.isValue();
    }
}

package io.gpuinfer.engine.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field of a {@link RouteKernel} that each request sets: a {@code float}, {@code double}, {@code
 * int}, {@code long} or {@code byte}, or an array of one of these. The request names it as the
 * field is named.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Input {}

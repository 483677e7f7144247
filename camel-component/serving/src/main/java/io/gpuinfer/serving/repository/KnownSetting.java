package io.gpuinfer.serving.repository;

/**
 * A setting that a {@code model.yaml} may have, as its schema describes it.
 *
 * @param name as a {@link ModelEntry} has it: with its section before it, but for those of {@code
 *     settings}
 * @param values what it may be, in words
 * @param otherwise its value where it is not set; empty where the schema names none
 * @param description what it does
 */
public record KnownSetting(String name, String values, String otherwise, String description) {}

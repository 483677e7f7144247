package io.gpuinfer.samples.requests;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a text means, as far as the corpus can say it.
 *
 * @param nearest the sentence of the corpus whose meaning is closest
 * @param score cosine of the angle between the two embeddings: 1 for the same meaning
 * @param truncated whether the text was longer than the model takes, and was cut
 * @param vector the text's embedding, of length 1; null unless the request asks for it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TextResult(String nearest, double score, boolean truncated, float[] vector) {}

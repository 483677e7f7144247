package io.gpuinfer.samples.requests;

import io.gpuinfer.component.GpuInferConstants;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/** Sentences with their embeddings; finds the one that is closest in meaning to a text. */
public final class Corpus {

  private static final String RESOURCE = "corpus.txt";

  private final List<String> sentences = read();
  private volatile List<float[]> vectors = List.of();

  public List<String> sentences() {
    return sentences;
  }

  public boolean isIndexed() {
    return !vectors.isEmpty();
  }

  /** Takes the sentences' embeddings, in their order. */
  public void index(@Body List<float[]> embeddings) {
    if (embeddings.size() != sentences.size()) {
      throw new IllegalArgumentException(
          "%d embeddings for %d sentences".formatted(embeddings.size(), sentences.size()));
    }
    vectors = List.copyOf(embeddings);
  }

  /** The nearest sentence to a text with that embedding. */
  public TextResult nearest(
      @Body float[] embedding,
      @Header(GpuInferConstants.TRUNCATED) boolean truncated,
      @Variable("request") UserRequest request) {
    List<float[]> known = vectors;
    int best = 0;
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < known.size(); i++) {
      double score = dot(embedding, known.get(i));
      if (score > bestScore) {
        best = i;
        bestScore = score;
      }
    }
    boolean withVector = Boolean.TRUE.equals(request.vector());
    return new TextResult(sentences.get(best), bestScore, truncated, withVector ? embedding : null);
  }

  /** Of unit vectors, so it is the cosine of their angle. */
  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static List<String> read() {
    try (InputStream in = Corpus.class.getResourceAsStream(RESOURCE);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.gpuinfer.tasks.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class EmbeddingTest {

  private final Embedding embedding = of(0.6f, 0, 0.8f, 0, 0);

  @Test
  void shouldFitALineOfALog() {
    assertThat(embedding)
        .hasToString("minilm/1: 9 tokens, 5 dimensions [0.6000, 0.0000, 0.8000, 0.0000, …]");
    assertThat(new Embedding("m/2", 2, 512, true, new float[] {-1, 0}))
        .hasToString("m/2: 512 tokens (cut), 2 dimensions [-1.0000, 0.0000]");
  }

  @Test
  void shouldBecomeJsonAndComeBack() throws Exception {
    ObjectMapper json = new ObjectMapper();

    String text = json.writeValueAsString(embedding);

    assertThat(text)
        .isEqualTo(
            "{\"model\":\"minilm/1\",\"dimensions\":5,\"tokens\":9,\"truncated\":false,"
                + "\"vector\":[0.6,0.0,0.8,0.0,0.0]}");
    assertThat(json.readValue(text, Embedding.class)).isEqualTo(embedding);
  }

  @Test
  void shouldTellHowAlikeTwoAre() {
    assertThat(embedding.cosine(of(0, 0, 2, 0, 0))).isCloseTo(0.8, within(1e-6));
    assertThat(embedding.cosine(of(-3, 0, -4, 0, 0))).isCloseTo(-1, within(1e-6));
    assertThat(embedding.cosine(of(0, 0, 0, 0, 0))).isZero();
    assertThatThrownBy(() -> embedding.cosine(of(1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 and 2");
  }

  @Test
  void shouldBeEqualByItsValues() {
    assertThat(embedding)
        .isEqualTo(of(0.6f, 0, 0.8f, 0, 0))
        .hasSameHashCodeAs(of(0.6f, 0, 0.8f, 0, 0))
        .isNotEqualTo(of(0.6f, 0, 0.8f, 0, 1));
    assertThatThrownBy(() -> new Embedding("m/1", 3, 1, false, new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Embedding of(float... vector) {
    return new Embedding("minilm/1", vector.length, 9, false, vector);
  }
}

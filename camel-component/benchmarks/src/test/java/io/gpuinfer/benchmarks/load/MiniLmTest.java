package io.gpuinfer.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MiniLmTest {

  @Test
  void shouldMakeTextsOfAllLengthsAlikeOften() throws IOException {
    Map<Integer, Integer> counts = new TreeMap<>();
    try (HuggingFaceTokenizer tokenizer = MiniLm.tokenizer()) {
      for (String text : MiniLm.texts(1)) {
        counts.merge(tokenizer.encode(text).getIds().length, 1, Integer::sum);
      }
    }

    assertThat(counts).hasSize(128 - 16 + 1).containsKeys(16, 128);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(9, 10));
  }

  @Test
  void shouldMakeTheSameTextsForTheSameSeedAlone() throws IOException {
    List<String> texts = MiniLm.texts(1);

    assertThat(MiniLm.texts(1)).isEqualTo(texts);
    assertThat(MiniLm.texts(2)).isNotEqualTo(texts);
  }
}

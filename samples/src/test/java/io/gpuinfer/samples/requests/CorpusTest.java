package io.gpuinfer.samples.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CorpusTest {

  private final Corpus corpus = new Corpus();

  @BeforeEach
  void indexEachSentenceOnAnAxisOfItsOwn() {
    int size = corpus.sentences().size();
    List<float[]> axes =
        IntStream.range(0, size)
            .mapToObj(
                i -> {
                  float[] axis = new float[size];
                  axis[i] = 1;
                  return axis;
                })
            .toList();
    corpus.index(axes);
  }

  @Test
  void findsTheSentenceWithTheSmallestAngle() {
    float[] embedding = new float[corpus.sentences().size()];
    embedding[3] = 0.6f;
    embedding[7] = 0.8f;

    TextResult result = corpus.nearest(embedding, false, UserRequest.ofText(1, "any"));

    assertThat(result.nearest()).isEqualTo(corpus.sentences().get(7));
    assertThat(result.score()).isCloseTo(0.8, within(1e-6));
    assertThat(result.vector()).isNull();
  }

  @Test
  void answersTheVectorToThoseWhoAskForIt() {
    float[] embedding = new float[corpus.sentences().size()];

    TextResult result =
        corpus.nearest(embedding, true, new UserRequest(1, "text", "any", true, null));

    assertThat(result.vector()).isSameAs(embedding);
    assertThat(result.truncated()).isTrue();
  }

  @Test
  void refusesEmbeddingsOfOtherSentences() {
    assertThatThrownBy(() -> corpus.index(List.of(new float[1])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void holdsSentencesThatDiffer() {
    assertThat(corpus.sentences()).hasSizeGreaterThanOrEqualTo(40).doesNotHaveDuplicates();
  }
}

package io.gpuinfer.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Settings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows are those that the tokenizers of Hugging Face make themselves. */
class TextTokenizerTest {

  private static final String QUERY = "How do I change my password?";
  private static final String DOCUMENT =
      "To set a new password, open the settings, and follow the link to your account there.";

  private static final ModelSource MINILM = Devices.minilm(Map.of()).file("tokenizer");

  @ParameterizedTest
  @ValueSource(ints = {512, 40, 24, 18})
  void shouldCutTheSecondOfTwoTextsAlone(int maxTokens) throws Exception {
    HuggingFaceTokenizer expected = huggingFace(bytes(MINILM), "only_second", maxTokens);
    try (expected;
        TextTokenizer tokenizer = tokenizer(MINILM, Map.of("limits.maxTokens", "" + maxTokens))) {
      TokenizedText pair = tokenizer.pairsWith(QUERY).apply(DOCUMENT);

      assertRow(pair, expected.encode(QUERY, DOCUMENT));
      assertThat(pair.truncated()).isEqualTo(maxTokens < 28);
    }
  }

  /** Of 13 places beside three special pieces, six are the first's, or what the second leaves. */
  @Test
  void shouldCutTheFirstOfTwoTextsWhereItLeavesTheSecondTooLittle() throws Exception {
    HuggingFaceTokenizer whole = huggingFace(bytes(MINILM), "false", 512);
    try (whole;
        TextTokenizer tokenizer = tokenizer(MINILM, Map.of("limits.maxTokens", "16"))) {
      String ten = "one two three four five six seven eight nine ten";

      assertRow(
          tokenizer.pairsWith(ten).apply(DOCUMENT),
          whole.encode("one two three four five six", "to set a new password, open"));
      assertRow(tokenizer.pairsWith(ten).apply("to set"), whole.encode(ten, "to set"));
      assertRow(tokenizer.pairsWith(ten + " ten").apply("to set a"), whole.encode(ten, "to set a"));
      assertThat(tokenizer.pairsWith(ten).apply("to set").truncated()).isFalse();
      assertThat(tokenizer.pairsWith(ten + " ten").apply("to set a").truncated()).isTrue();
    }
  }

  @Test
  void shouldRefusePairsThatAreTooLongWhenTold() {
    Map<String, String> settings = Map.of("limits.maxTokens", "16", "longTexts", "refuse");
    try (TextTokenizer tokenizer = tokenizer(MINILM, settings)) {
      assertThat(tokenizer.pairsWith("one").apply("two").length()).isEqualTo(5);
      assertThatThrownBy(() -> tokenizer.pairsWith(QUERY).apply(DOCUMENT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("longTexts");
    }
  }

  /** As RoBERTa's, with two special pieces in between, and one that has none at all. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "</s>", "type_id": 0}}],
         "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                  {"SpecialToken": {"id": "</s>", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 1}},
                  {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "</s>", "type_id": 1}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                            "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}}
        """,
        "null"
      })
  void shouldPutSpecialPiecesWhereTheFileSaysSo(String template) throws Exception {
    byte[] file =
        """
        {"version": "1.0", "added_tokens": [], "normalizer": null, "decoder": null,
         "truncation": null, "padding": null, "pre_tokenizer": {"type": "Whitespace"},
         "post_processor": %s,
         "model": {"type": "WordLevel", "unk_token": "<unk>",
                   "vocab": {"<s>": 0, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "c": 6}}}
        """
            .formatted(template)
            .getBytes(StandardCharsets.UTF_8);
    try (HuggingFaceTokenizer expected = huggingFace(file, "false", 512);
        TextTokenizer tokenizer = tokenizer(ModelSource.of("t.json", file), Map.of())) {
      assertRow(tokenizer.pairsWith("a b c").apply("c b"), expected.encode("a b c", "c b"));
      assertRow(tokenizer.pairsWith("").apply("c b"), expected.encode("", "c b"));
      assertRow(tokenizer.rows("a x c").get(0), expected.encode("a x c"));
      assertThat(tokenizer).hasToString("t.json, whose pieces are numbered to 6");
    }
  }

  @Test
  void shouldKnowTheLastPieceOfAVocabularyInAnyForm() {
    String array = "{\"model\": {\"vocab\": [[\"a\", -1.5], [\"b\", -2], [\"c\", -3]]}}";
    String object = "{\"model\": {\"vocab\": {\"a\": 7, \"b\": 3}}}";

    assertThat(List.of(array, object, "{}"))
        .extracting(file -> TokenizerFile.lastId(file.getBytes(StandardCharsets.UTF_8), "t"))
        .containsExactly(2L, 7L, 0L);
  }

  /**
   * A text of a million characters takes the library seconds; what closes meanwhile must not crash.
   */
  @Test
  @Timeout(60)
  void shouldFinishTheTextThatItIsInWhenItCloses() throws Exception {
    TextTokenizer tokenizer = tokenizer(MINILM, Map.of());
    TokenizedText expected = tokenizer.rows("one two ".repeat(1000)).get(0);
    CountDownLatch begun = new CountDownLatch(2);
    Supplier<TokenizedText> reading =
        () -> {
          begun.countDown();
          return tokenizer.rows("one two ".repeat(125_000)).get(0);
        };
    CompletableFuture<TokenizedText> one = CompletableFuture.supplyAsync(reading);
    CompletableFuture<TokenizedText> other = CompletableFuture.supplyAsync(reading);
    begun.await();
    Thread.sleep(100); // to be in the library

    tokenizer.close();

    assertThatThrownBy(() -> tokenizer.rows("food"))
        .isInstanceOf(GpuInferException.class)
        .hasMessage("The tokenizer all-minilm-l6-v2-tokenizer.json is closed");
    assertThat(one.isDone() && other.isDone()).as("too fast to see anything").isFalse();
    assertThat(one.join().ids()).isEqualTo(expected.ids());
    assertThat(other.join().ids()).isEqualTo(expected.ids());
    tokenizer.close();
  }

  /** Each time it was read, the query would take more than a hundredth of a second. */
  @Test
  @Timeout(20)
  void shouldReadTheFirstOfManyPairsOnce() {
    try (TextTokenizer tokenizer = tokenizer(MINILM, Map.of())) {
      Function<String, TokenizedText> pairs = tokenizer.pairsWith("one two ".repeat(100_000));

      for (int i = 0; i < 1000; i++) {
        assertThat(pairs.apply("three").length()).isEqualTo(512);
      }
    }
  }

  private static void assertRow(TokenizedText row, Encoding expected) {
    assertThat(row.ids()).isEqualTo(expected.getIds());
    assertThat(row.typeIds()).isEqualTo(expected.getTypeIds());
  }

  private static HuggingFaceTokenizer huggingFace(byte[] file, String truncation, int maxLength)
      throws Exception {
    return HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(file),
        Map.of(
            "padding",
            "false",
            "truncation",
            truncation,
            "maxLength",
            String.valueOf(maxLength),
            "modelMaxLength",
            String.valueOf(maxLength)));
  }

  private static byte[] bytes(ModelSource source) throws Exception {
    return TextOracle.bytes(source);
  }

  private static TextTokenizer tokenizer(ModelSource file, Map<String, String> settings) {
    ModelEntry entry = new ModelEntry("t", "1", "rerank", Map.of(), Devices.settings(settings));
    return new TextTokenizer(
        file, new Settings(entry, "limits.maxTokens", "longTexts", "windowOverlap"));
  }
}

package io.gpuinfer.samples;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the application itself.
 *
 * @param maxJson the longest JSON body that is read; larger files come as multipart
 * @param maxFile the longest body of a task
 * @param drill whether callers on this machine may make the device fail on purpose
 */
@ConfigurationProperties("samples")
public record SampleProperties(
    @DefaultValue("8MB") DataSize maxJson,
    @DefaultValue("32MB") DataSize maxFile,
    @DefaultValue("false") boolean drill) {}

package ai.pancreas.model;

/** A model that is ready to be built by an engine: its description and its weights. Immutable. */
public record Model(ModelDescription description, Weights weights) {}
